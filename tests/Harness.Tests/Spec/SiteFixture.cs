using CoralMux.Harness.Spec.Site;
using CoralMux.Harness.Tests.Protocol;
using Microsoft.Playwright;

namespace CoralMux.Harness.Tests.Spec;

/// <summary>The site of this repository's specification, built once, and a browser to look at it.</summary>
public sealed class SiteFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-site-").FullName;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>File names, without the directory.</summary>
    public IReadOnlyList<string> Pages { get; private set; } = [];

    public string UrlOf(string page) => new Uri(Path.Combine(_directory, page.Split('#')[0])).AbsoluteUri + (page.Contains('#', StringComparison.Ordinal) ? page[page.IndexOf('#', StringComparison.Ordinal)..] : "");

    public ValueTask InitializeAsync()
    {
        SiteBuilder.Build(new Suite(Repository.Root), _directory);
        Pages = [.. Directory.EnumerateFiles(_directory, "*.html").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        return ValueTask.CompletedTask;
    }

    /// <summary>The browser; skips the test where there is none.</summary>
    public async Task<IBrowser> BrowserAsync()
    {
        var executable = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given ? given : "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(executable), $"There is no browser at {executable}: install Debian's chromium, or name one in CHROMIUM.");
        _playwright ??= await Playwright.CreateAsync();
        // Root in a container has no sandbox; the pages are our own.
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
