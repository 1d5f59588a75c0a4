using CoralMux.Harness.Load.Html;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Tests.Protocol;
using CoralMux.Harness.Tests.Reports;
using Microsoft.Playwright;

namespace CoralMux.Harness.Tests.Load;

/// <summary><c>report.html</c> of a load run in a real browser, from a file URL, without a network.</summary>
public sealed class LoadPageTests(HtmlReportFixture browser) : IClassFixture<HtmlReportFixture>, IDisposable
{
    private const int Desktop = 1280;
    private const int Phone = 390;

    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-load-page-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("fail", Desktop, ColorScheme.Light)]
    [InlineData("fail", Desktop, ColorScheme.Dark)]
    [InlineData("fail", Phone, ColorScheme.Light)]
    [InlineData("invalid", Desktop, ColorScheme.Light)]
    [InlineData("invalid", Phone, ColorScheme.Dark)]
    [InlineData("capacity", Desktop, ColorScheme.Light)]
    [InlineData("capacity", Phone, ColorScheme.Dark)]
    [InlineData("samples/pass", Desktop, ColorScheme.Light)]
    [InlineData("samples/fail-with-capacity", Phone, ColorScheme.Light)]
    [InlineData("samples/invalid-run", Desktop, ColorScheme.Dark)]
    public async Task Page_InAWindow_FitsAndComplainsOfNothing(string kind, int width, ColorScheme scheme)
    {
        var report = kind switch
        {
            "capacity" => LoadSample.Capacity(),
            _ when kind.StartsWith("samples/", StringComparison.Ordinal) =>
                LoadReportFile.Read(Repository.At("schemas", "examples", "valid", "load-report", kind["samples/".Length..] + ".json")),
            _ => LoadSample.Create(Word.TryRead<LoadVerdict>(kind, out var verdict) ? verdict : throw new ArgumentException(kind)),
        };
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

        await page.GotoAsync(Write(report, kind == "capacity" ? LoadSample.Create(LoadVerdict.Pass, 1.3) : null));
        await PhotographAsync(page, $"load-{kind.Replace('/', '-')}-{width}-{scheme}");
        foreach (var isOpen in new[] { false, true })
        {
            await page.EvaluateAsync($"() => document.querySelectorAll('details').forEach(one => one.open = {(isOpen ? "true" : "false")})");
            var overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (overflow > 0)
                complaints.Add($"the page is {overflow} pixels too wide");
        }

        Assert.Empty(complaints);
        Assert.NotEqual("pwned", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("main img, main iframe, main script").CountAsync());
    }

    [Theory]
    [InlineData(Desktop)]
    [InlineData(Phone)]
    public async Task Charts_AtAnyWidth_HaveLettersOfReadableSizeThatDoNotTouch(int width)
    {
        await using var context = await OpenAsync(width, ColorScheme.Light);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Write(LoadSample.Capacity(), null));

        var troubles = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('.plot')].filter(plot => plot.getClientRects().length).flatMap(plot => {
              const scale = plot.getBoundingClientRect().width / plot.viewBox.baseVal.width;
              const outer = plot.getBoundingClientRect();
              const texts = [...plot.querySelectorAll('text')].map(text => ({
                words: text.textContent, size: parseFloat(getComputedStyle(text).fontSize) * scale, box: text.getBoundingClientRect() }));
              const name = plot.getAttribute('aria-label');
              const small = texts.filter(text => text.size < 9.5).map(text => `${name}: '${text.words}' is ${text.size} pixels high`);
              const outside = texts.filter(text => text.box.left < outer.left - 1 || text.box.right > outer.right + 1)
                .map(text => `${name}: '${text.words}' is cut off`);
              const touch = (a, b) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2;
              const touching = texts.flatMap((one, i) => texts.slice(i + 1).filter(other => touch(one.box, other.box))
                .map(other => `${name}: '${one.words}' touches '${other.words}'`));
              return [...small, ...outside, ...touching];
            })
            """);

        Assert.True(troubles.Length == 0, string.Join('\n', troubles));
    }

    [Fact]
    public async Task InvalidRun_Shown_SaysSoBeforeAnythingElseAndKeepsSayingSo()
    {
        await using var context = await OpenAsync(Phone, ColorScheme.Light);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Write(LoadSample.Create(LoadVerdict.Invalid), null));

        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("Invalid run.");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Invalid run: it says nothing about the relay");
        await Assertions.Expect(page.Locator("header")).ToContainTextAsync("Scheduling lag p99 was 41 ms");
        await page.Locator("footer").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(page.Locator("[role=alert]")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Pointer_OverAChart_TellsTheRowOfItsTable()
    {
        await using var context = await OpenAsync(Desktop, ColorScheme.Light);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Write(LoadSample.Create(), null));
        var figure = page.Locator("figure.chart").First;

        await figure.Locator(".plot.wide").HoverAsync();

        await Assertions.Expect(figure.Locator(".tip")).ToBeVisibleAsync();
        await Assertions.Expect(figure.Locator(".tip")).ToContainTextAsync("Achieved");
        await figure.Locator(".legend button").First.ClickAsync();
        await Assertions.Expect(figure.Locator(".plot.wide .s1")).ToBeHiddenAsync();
        await Assertions.Expect(figure.Locator(".plot.wide .s2")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Filter_OfDistributions_LeavesWhatFits()
    {
        await using var context = await OpenAsync(Desktop, ColorScheme.Light);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Write(LoadSample.Create(), null));

        await page.FillAsync("[name=text]", "ONE way phone");

        await Assertions.Expect(page.Locator("figure[data-words]:visible")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".filter output")).ToHaveTextAsync("2 of 7");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Colours_OfLines_StandOutFromTheirGround(ColorScheme scheme)
    {
        await using var context = await OpenAsync(Desktop, scheme);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Write(LoadSample.Create(), null));

        var ratios = await page.EvaluateAsync<double[]>("""
            () => {
              const style = getComputedStyle(document.documentElement);
              const light = name => {
                let hex = style.getPropertyValue(name).trim().slice(1);
                if (hex.length === 3) hex = [...hex].map(digit => digit + digit).join('');
                const [r, g, b] = [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16) / 255)
                  .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
              return [1, 2, 3, 4, 5, 6].map(n => ratio(`--c${n}`, '--card'));
            }
            """);

        // WCAG 2 AA, 1.4.11 asks for 3.
        Assert.All(ratios, ratio => Assert.True(ratio >= 4, $"{ratio:0.00}"));
    }

    private string Write(LoadReport report, LoadReport? baseline)
    {
        var path = Path.Combine(_directory, "report.html");
        using (var file = File.Create(path))
            LoadPage.Write(report, baseline, file);
        return new Uri(path).AbsoluteUri;
    }

    private async Task<IBrowserContext> OpenAsync(int width, ColorScheme scheme) =>
        await (await browser.BrowserAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme,
        });

    // For a person to look at, in pieces that keep their size.
    private static async Task PhotographAsync(IPage page, string name)
    {
        const int Piece = 1500;
        if (Environment.GetEnvironmentVariable("CORALMUX_PICTURES") is not { Length: > 0 } directory)
            return;
        var height = await page.EvaluateAsync<int>("() => document.documentElement.scrollHeight");
        for (var top = 0; top < height; top += Piece)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(directory, $"{name}-{top / Piece}.png"),
                FullPage = true,
                Clip = new Clip { X = 0, Y = top, Width = page.ViewportSize!.Width, Height = Math.Min(Piece, height - top) },
            });
        }
    }
}
