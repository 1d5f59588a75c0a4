using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Http;

namespace CoralMux.ReferenceRelay.Tests.Process;

/// <summary>The relay as a program of its own, that ends with this one.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    public const string AdminKey = "k";

    private readonly System.Diagnostics.Process _process;

    // Read all the time: a relay whose log nobody takes stands still.
    private readonly Task<string> _log;

    private RelayProcess(System.Diagnostics.Process process, Uri address)
    {
        _process = process;
        _log = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Address = address;
        Http = new HttpClient { BaseAddress = address };
        Http.DefaultRequestHeaders.Add("X-Admin-Key", AdminKey);
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    /// <summary>Lies beside the tests, because they refer to it.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "coralmux-relay");

    public static async Task<RelayProcess> StartAsync(string program, params string[] flags)
    {
        var process = Launch(program, ["-addr", "127.0.0.1:0", "-log-level", "error", .. flags]);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("listening on http", line, StringComparison.Ordinal);
        return new RelayProcess(process, new Uri(line!["listening on ".Length..]));
    }

    public async Task<string> NewTokenAsync() => await TryNewTokenAsync() ?? throw new InvalidOperationException("The relay made no token.");

    /// <summary>Null when the relay cannot make one at the moment.</summary>
    public async Task<string?> TryNewTokenAsync()
    {
        using var response = await Http.PostAsync(new Uri("/api/v1/pair", UriKind.Relative), null, TestContext.Current.CancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable)
            return null;
        var body = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return body.GetProperty("token").GetString()!;
    }

    public async Task<string> StatusAsync() =>
        (await Http.GetFromJsonAsync<JsonElement>(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken))
            .GetProperty("status").GetString()!;

    public static async Task<(int Exit, string Output, string Errors)> RunAsync(params string[] flags)
    {
        using var process = Launch(Program, flags);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, errors);
    }

    /// <param name="name">Without the part that all share, with its label if it has one.</param>
    public async Task<double> MetricAsync(string name)
    {
        var metrics = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        string line = Assert.Single(metrics.Split('\n'), line => line.StartsWith($"coralmux_relay_{name} ", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(line.LastIndexOf(' ')), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task UntilMetricAsync(string name, double value)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await MetricAsync(name) != value)
            await Task.Delay(10, patience.Token);
    }

    /// <summary>At once. What it had logged, which are errors only.</summary>
    public Task<string> StopAsync()
    {
        Kill();
        return _log;
    }

    public void Kill() => _process.Kill();

    public void Signal(string name)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-" + name, $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void CloseInput() => _process.StandardInput.Close();

    public async Task<int> WaitAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static System.Diagnostics.Process Launch(string program, string[] flags) => System.Diagnostics.Process.Start(
        // Whoever runs the tests in the background of a shell ignores SIGINT, and a child would go on ignoring it.
        new ProcessStartInfo("env", ["--default-signal=INT", program, .. flags])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["RELAY_EXIT_WITH_STDIN"] = "1" },
        })!;
}
