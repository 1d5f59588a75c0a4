using Microsoft.Playwright;

namespace CoralMux.Harness.Tests;

/// <summary>Pages that the harness wrote, in a directory of their own, and a browser to look at them.</summary>
public abstract class PagesFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    protected string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("coralmux-pages-").FullName;

    public ValueTask InitializeAsync()
    {
        Write();
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
        System.IO.Directory.Delete(Directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the pages, once.</summary>
    protected abstract void Write();

    /// <param name="page">A file name, with or without a fragment.</param>
    protected string UrlOfFile(string page)
    {
        var fragment = page.IndexOf('#', StringComparison.Ordinal);
        var file = fragment < 0 ? page : page[..fragment];
        return new Uri(Path.Combine(Directory, file)).AbsoluteUri + page[file.Length..];
    }
}
