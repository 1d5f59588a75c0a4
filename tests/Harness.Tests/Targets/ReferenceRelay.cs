using System.Diagnostics;

namespace CoralMux.Harness.Tests.Targets;

/// <summary>The real reference relay as a process of its own, on a free port, with the options that a test needs.</summary>
public sealed class ReferenceRelay : IAsyncDisposable
{
    public const string AdminKey = "the-admin-key-of-a-test";

    private readonly Process _process;

    private ReferenceRelay(Process process, Uri http)
    {
        _process = process;
        Port = http.Port;
    }

    public int Port { get; }

    public string Url => $"ws://127.0.0.1:{Port}/ws";

    /// <summary>For one that was started with a certificate.</summary>
    public string SecureUrl => $"wss://127.0.0.1:{Port}/ws";

    public static async Task<ReferenceRelay> StartAsync(params string[] options)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "relay", "coralmux-relay.dll");
        var start = new ProcessStartInfo("dotnet", [program, "-addr", "127.0.0.1:0", "-db", ":memory:", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["RELAY_ADMIN_KEY"] = AdminKey;
        start.Environment["RELAY_EXIT_WITH_STDIN"] = "1";
        var process = Process.Start(start)!;
        const string announcement = "listening on ";
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            var at = line.IndexOf(announcement, StringComparison.Ordinal);
            if (at < 0)
                continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new ReferenceRelay(process, new Uri(line[(at + announcement.Length)..].Trim()));
        }

        throw new InvalidOperationException($"The relay ended before it listened, with exit code {process.ExitCode}.");
    }

    /// <summary>Tokens made through its admin API.</summary>
    public async Task<IReadOnlyList<string>> MakeTokensAsync(int count)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Admin-Key", AdminKey);
        var tokens = new List<string>();
        while (tokens.Count < count)
        {
            using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{Port}/api/v1/pair"), content: null, TestContext.Current.CancellationToken);
            using var body = System.Text.Json.JsonDocument.Parse(
                await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            tokens.Add(body.RootElement.GetProperty("token").GetString()!);
        }

        return tokens;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
