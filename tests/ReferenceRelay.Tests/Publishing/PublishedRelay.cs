using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Tests.Publishing;

/// <summary>The published file as a process of its own, with nothing of .NET in its environment.</summary>
internal sealed class PublishedRelay : IAsyncDisposable
{
    private const string AdminKey = "a key for tests";

    private readonly System.Diagnostics.Process _process;
    private readonly Task<string> _log;

    private PublishedRelay(System.Diagnostics.Process process, Uri address)
    {
        _process = process;
        _log = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Port = address.Port;
        Http = new HttpClient { BaseAddress = address };
        Http.DefaultRequestHeaders.Add("X-Admin-Key", AdminKey);
    }

    public int Port { get; }

    public HttpClient Http { get; }

    public static async Task<PublishedRelay> StartAsync(string file, string scratch, params string[] flags)
    {
        var start = new ProcessStartInfo(file, ["-addr", "127.0.0.1:0", .. flags])
        {
            WorkingDirectory = scratch,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["RELAY_ADMIN_KEY"] = AdminKey;
        start.Environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = scratch;

        var process = System.Diagnostics.Process.Start(start)!;
        const string announcement = "listening on ";
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line?.StartsWith(announcement, StringComparison.Ordinal) == true)
            return new PublishedRelay(process, new Uri(line[announcement.Length..]));

        using (process)
            throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    public async Task<string> NewTokenAsync()
    {
        using var response = await Http.PostAsync(new Uri("/api/v1/pair", UriKind.Relative), null, TestContext.Current.CancellationToken);
        var body = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return body.GetProperty("token").GetString()!;
    }

    /// <summary>SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using System.Diagnostics.Process kill = System.Diagnostics.Process.Start("bash", ["-c", $"kill -TERM {_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>What it logged, once it has ended.</summary>
    public async Task<(int ExitCode, string Log)> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _log);
    }

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
