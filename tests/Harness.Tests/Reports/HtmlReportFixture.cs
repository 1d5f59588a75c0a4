using Microsoft.Playwright;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>The page of a hostile run, and a browser to look at it.</summary>
public sealed class HtmlReportFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-html-").FullName;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public string Url => new Uri(Path.Combine(_directory, "report.html")).AbsoluteUri;

    public ValueTask InitializeAsync()
    {
        // Another report to look at, such as one of a real run.
        if (Environment.GetEnvironmentVariable("CORALMUX_LOOK_AT") is { Length: > 0 } other)
            File.Copy(other, Path.Combine(_directory, "report.html"));
        else
            new CoralMux.Harness.Reports.ReportDirectory(_directory).Write(HostileRun.Create());
        return ValueTask.CompletedTask;
    }

    /// <summary>The browser; skips the test where there is none.</summary>
    public async Task<IBrowser> BrowserAsync()
    {
        var executable = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given ? given : "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(executable), $"There is no browser at {executable}: install Debian's chromium, or name one in CHROMIUM.");
        _playwright ??= await Playwright.CreateAsync();
        // Root in a container has no sandbox; the page is our own.
        return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = executable, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
