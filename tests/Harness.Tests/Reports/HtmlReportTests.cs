using Microsoft.Playwright;

namespace CoralMux.Harness.Tests.Reports;

/// <summary><c>report.html</c> in a real browser, from a file URL, without a network.</summary>
public sealed class HtmlReportTests(HtmlReportFixture report) : IClassFixture<HtmlReportFixture>
{
    private const int Desktop = 1280;
    private const int Phone = 390;

    [Theory]
    [InlineData(Desktop, ColorScheme.Light)]
    [InlineData(Desktop, ColorScheme.Dark)]
    [InlineData(Phone, ColorScheme.Light)]
    [InlineData(Phone, ColorScheme.Dark)]
    public async Task Page_InAWindow_FitsAndComplainsOfNothing(int width, ColorScheme scheme)
    {
        await using var context = await OpenAsync(width, scheme);
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add($"{message.Type} {message.Text}");
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                complaints.Add($"asks the network for {request.Url}");
        };

        await page.GotoAsync(report.Url);
        foreach (var tab in new[] { "scenarios", "requirements" })
        {
            await page.ClickAsync($"[data-tab={tab}]");
            await PhotographAsync(page, $"{tab}-{width}-{scheme}");
            await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(one => one.open = true)");
            var overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (overflow > 0)
                complaints.Add($"{tab} are {overflow} pixels too wide");
        }

        Assert.Empty(complaints);
        Assert.NotEqual("pwned", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("main img, main iframe, main script").CountAsync());
    }

    [Fact]
    public async Task Filters_OfVerdictLevelChapterAndWords_LeaveWhatFits()
    {
        await using var context = await OpenAsync(Desktop, ColorScheme.Light);
        var page = await context.NewPageAsync();
        await page.GotoAsync(report.Url);
        var shown = page.Locator("[data-item]:visible");

        await Assertions.Expect(shown).ToHaveCountAsync(7);
        await page.ClickAsync(".chips .fail");
        await Assertions.Expect(shown).ToHaveCountAsync(1);
        await page.ClickAsync(".chips .fail");
        await page.SelectOptionAsync("[name=level]", "SHOULD");
        await Assertions.Expect(shown).ToHaveCountAsync(1);
        await page.SelectOptionAsync("[name=level]", "");
        await page.SelectOptionAsync("[name=chapter]", "4 Pairing (PAIR)");
        await Assertions.Expect(shown).ToHaveCountAsync(4);
        await page.FillAsync("[name=text]", "pair-01 QUICK");
        await Assertions.Expect(shown).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".filter output")).ToHaveTextAsync("1 scenario");
        await page.ClickAsync("[data-tab=requirements]");
        await page.FillAsync("[name=text]", "guess");
        await Assertions.Expect(shown).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Failure_Shown_HasClausePictureOffendingFrameAndCommand()
    {
        await using var context = await OpenAsync(Phone, ColorScheme.Dark);
        var page = await context.NewPageAsync();
        await page.GotoAsync(report.Url);
        var card = page.Locator("#s-transport-a-relay-listens");

        await Assertions.Expect(card).ToHaveAttributeAsync("open", "");
        await Assertions.Expect(card.Locator(".clause")).ToContainTextAsync("The relay MUST listen.");
        await Assertions.Expect(card.Locator(".actual")).ToContainTextAsync("⟨U+202E⟩");
        await Assertions.Expect(card.Locator("svg .bad")).ToHaveCountAsync(1);
        await Assertions.Expect(card.Locator("svg .band").First).ToBeVisibleAsync();
        await Assertions.Expect(card.Locator(".again code")).ToHaveTextAsync(
            "coralmux-conformance verify ws://127.0.0.1:1/ws --target 'it'\\''s mine.json' --scenario transport/a-relay-listens --seed 42");
        await Assertions.Expect(page.Locator("#s-transport-a-relay-answers svg .miss")).ToHaveCountAsync(1);

        // The marked arrow leads to its bytes, which were folded.
        await card.Locator("svg a.bad").ClickAsync();
        await Assertions.Expect(card.Locator(".bytes .bad")).ToBeInViewportAsync();
        await Assertions.Expect(card.Locator(".bytes .opened")).ToHaveTextAsync("🔓 {\"text\":\"opened <b>by</b> the harness\"}");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Colours_OfText_StandOutFromThePage(ColorScheme scheme)
    {
        await using var context = await OpenAsync(Desktop, scheme);
        var page = await context.NewPageAsync();
        await page.GotoAsync(report.Url);

        var ratios = await page.EvaluateAsync<double[]>("""
            () => {
              const style = getComputedStyle(document.documentElement);
              const light = name => {
                let hex = style.getPropertyValue(name).trim().slice(1);
                if (hex.length === 3) hex = [...hex].map(digit => digit + digit).join('');
                const linear = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
                const [r, g, b] = [0, 2, 4].map(at => linear(parseInt(hex.slice(at, at + 2), 16) / 255));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
              return ['--text', '--soft', '--link', '--must', '--should', '--may', '--pass', '--fail', '--warn', '--inconclusive', '--untested']
                .flatMap(ink => ['--page', '--card', '--code'].map(ground => ratio(ink, ground)));
            }
            """);
        // WCAG 2 AA, 1.4.3
        Assert.All(ratios, ratio => Assert.True(ratio >= 4.5, $"{ratio:0.00}"));
    }

    private async Task<IBrowserContext> OpenAsync(int width, ColorScheme scheme)
    {
        var browser = await report.BrowserAsync();
        var size = new ViewportSize { Width = width, Height = 900 };
        return await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = size, ColorScheme = scheme });
    }

    // For a person to look at.
    private static async Task PhotographAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CORALMUX_PICTURES") is not { Length: > 0 } directory)
            return;
        var cards = page.Locator(".card[open]:visible");
        if (await cards.CountAsync() > 0)
            await cards.First.ScreenshotAsync(new LocatorScreenshotOptions { Path = Path.Combine(directory, name + "-card.png") });
        var clip = new Clip { X = 0, Y = 0, Width = page.ViewportSize!.Width, Height = 4200 };
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, name + ".png"), FullPage = true, Clip = clip });
    }
}
