using Microsoft.Playwright;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>The site of the specification in a real browser, from file URLs, without a network.</summary>
public sealed class SiteTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    private const int Desktop = 1280;
    private const int Phone = 390;

    [Theory]
    [InlineData(Desktop, ColorScheme.Dark)]
    [InlineData(Phone, ColorScheme.Light)]
    public async Task EveryPage_InAWindow_FitsAndComplainsOfNothing(int width, ColorScheme scheme)
    {
        await using var context = await OpenAsync(width, scheme);
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add($"{page.Url}: {message.Type} {message.Text}");
        page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");
        page.RequestFailed += (_, request) => complaints.Add($"{page.Url}: {request.Url} failed");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                complaints.Add($"{page.Url} asks the network for {request.Url}");
        };

        foreach (var name in site.Pages)
        {
            await page.GotoAsync(site.UrlOf(name));
            var look = await page.EvaluateAsync<PageLook>("""
                () => ({
                  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
                  headings: document.querySelectorAll('h1').length,
                  blankDiagrams: [...document.querySelectorAll('svg.diagram')].filter(
                      svg => svg.getBoundingClientRect().width < 60 || !svg.querySelector('text')).length,
                })
                """);
            if (look is not { Overflow: 0, Headings: 1, BlankDiagrams: 0 })
                complaints.Add($"{name}: {look}");
        }

        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    [Fact]
    public async Task EveryLink_InsideTheSite_LeadsToSomething()
    {
        await using var context = await OpenAsync(Desktop, ColorScheme.Light);
        var page = await context.NewPageAsync();
        var anchors = new HashSet<string>();
        var links = new List<(string From, string To)>();
        foreach (var name in site.Pages)
        {
            await page.GotoAsync(site.UrlOf(name));
            anchors.Add(name);
            anchors.UnionWith((await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[id]')].map(element => element.id)"))
                .Select(id => $"{name}#{id}"));
            links.AddRange((await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a')].map(link => link.getAttribute('href'))"))
                .Select(href => (name, href.StartsWith('#') ? name + href : href)));
        }

        var broken = links.Distinct().Where(link => !link.To.StartsWith("http", StringComparison.Ordinal) && !anchors.Contains(link.To)
            && (link.To.Contains('#', StringComparison.Ordinal) || !File.Exists(new Uri(site.UrlOf(link.To)).LocalPath)));
        Assert.Empty(broken);
        Assert.Contains(links, link => link.To == "04-pairing.html#PAIR-07");
    }

    [Fact]
    public async Task Anchor_OfARequirement_ShowsItAndItsScenario()
    {
        await using var context = await OpenAsync(Phone, ColorScheme.Light);
        var page = await context.NewPageAsync();

        await page.GotoAsync(site.UrlOf("04-pairing.html#PAIR-50"));

        await Assertions.Expect(page.Locator(":target")).ToBeInViewportAsync();
        await Assertions.Expect(page.Locator(":target")).ToContainTextAsync("close the replaced connection");
        var trace = page.Locator(":target .trace");
        if (await trace.EvaluateAsync<string>("element => element.tagName") == "DETAILS")
            await trace.Locator("summary").ClickAsync();
        await trace.Locator("a").First.ClickAsync();
        await Assertions.Expect(page.Locator(":target .gherkin")).ToBeInViewportAsync();
        await Assertions.Expect(page.Locator(":target .tags")).ToContainTextAsync("@PAIR-50");
    }

    [Fact]
    public async Task Filter_Words_LeaveTheRowsThatHoldAll()
    {
        await using var context = await OpenAsync(Phone, ColorScheme.Dark);
        var page = await context.NewPageAsync();
        await page.GotoAsync(site.UrlOf("requirements.html"));

        await page.FillAsync("#filter", "pair-07 MUST");
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("1 requirement");
        await Assertions.Expect(page.Locator(".row:visible")).ToHaveIdAsync("PAIR-07");
        await Assertions.Expect(page.Locator(".group:visible")).ToHaveCountAsync(1);

        await page.FillAsync("#filter", "nothing has this");
        await Assertions.Expect(page.Locator(".row:visible")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Contents_OnAPhone_WaitBehindTheirButton()
    {
        await using var context = await OpenAsync(Phone, ColorScheme.Light);
        var page = await context.NewPageAsync();
        await page.GotoAsync(site.UrlOf("index.html"));

        await Assertions.Expect(page.Locator("nav")).ToBeHiddenAsync();
        await page.ClickAsync("label[for=menu]");
        await page.ClickAsync("nav a >> text=Coverage");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Coverage");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Colours_OfText_StandOutFromThePage(ColorScheme scheme)
    {
        await using var context = await OpenAsync(Desktop, scheme);
        var page = await context.NewPageAsync();
        await page.GotoAsync(site.UrlOf("requirements.html"));

        var ratios = await page.EvaluateAsync<double[]>("""
            () => {
              const style = getComputedStyle(document.documentElement);
              const light = name => {
                const hex = style.getPropertyValue(name).trim().slice(1);
                const [r, g, b] = [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16) / 255).map(
                    c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
              return ['--text', '--soft', '--link', '--must', '--should', '--may'].flatMap(ink => [ratio(ink, '--page'), ratio(ink, '--code')]);
            }
            """);
        // WCAG 2 AA, 1.4.3
        Assert.All(ratios, ratio => Assert.True(ratio >= 4.5, $"{ratio:0.00}"));
    }

    private async Task<IBrowserContext> OpenAsync(int width, ColorScheme scheme) =>
        await (await site.BrowserAsync())
            .NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 800 }, ColorScheme = scheme });

    private sealed record PageLook
    {
        public int Overflow { get; init; }

        public int Headings { get; init; }

        public int BlankDiagrams { get; init; }
    }
}
