using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CoralMux.Bench;

/// <summary>A process that lives as long as the measurement.</summary>
internal abstract class Child : IDisposable
{
    protected Process Process { get; init; } = null!;

    public IPEndPoint Address { get; protected init; } = null!;

    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{Process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    public TimeSpan Cpu
    {
        get
        {
            Process.Refresh();
            return Process.TotalProcessorTime;
        }
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>The reference relay as people run it: rates and quotas on, only set so high that they are not what is measured.</summary>
internal sealed class RelayChild : Child
{
    private const string AdminKey = "bench";
    private readonly HttpClient _http = new();

    public RelayChild(string program, string logLevel = "error")
    {
        var database = Path.Combine(Path.GetTempPath(), $"coralmux-bench-{Environment.ProcessId}-{Guid.NewGuid():N}.db");
        var start = new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                "-addr", "127.0.0.1:0", "-admin-key", AdminKey, "-db", database, "-rate-phone", "100000000", "-rate-agent", "100000000",
                "-log-level", logLevel, "-daily-quota", "1000000000000000", "-monthly-quota", "1000000000000000", "-max-pending-auth", "20000",
            },
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = logLevel != "error",
            Environment = { ["RELAY_EXIT_WITH_STDIN"] = "1" },
        };
        Process = Process.Start(start)!;
        var line = Process.StandardOutput.ReadLine() ?? throw new IOException("the relay did not start");
        Address = new IPEndPoint(IPAddress.Loopback, new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]).Port);
        _http.DefaultRequestHeaders.Add("X-Admin-Key", AdminKey);
    }

    /// <summary>SIGTERM, and what the relay logged until it was gone.</summary>
    public async Task<(int Exit, TimeSpan Took, string Log)> StopAsync()
    {
        var started = Stopwatch.GetTimestamp();
        Process.Start("kill", ["-TERM", Process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        var log = await Process.StandardError.ReadToEndAsync();
        await Process.WaitForExitAsync();
        return (Process.ExitCode, Stopwatch.GetElapsedTime(started), log);
    }

    public async Task<string> NewTokenAsync()
    {
        using var response = await _http.PostAsync(new Uri($"http://{Address}/api/v1/pair"), null);
        var body = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        return body[(body.IndexOf("oc_pair_", StringComparison.Ordinal))..^2];
    }

    public async Task<IReadOnlyList<string>> NewTokensAsync(int count)
    {
        var tokens = new List<string>(count);
        foreach (var part in Enumerable.Range(0, count).Chunk(64))
            tokens.AddRange(await Task.WhenAll(part.Select(_ => NewTokenAsync())));
        return tokens;
    }

}

/// <summary>HAProxy in TCP mode, forwarding to where the agents of the bench listen.</summary>
internal sealed class HaproxyChild : Child
{
    public HaproxyChild(IPEndPoint backend)
    {
        Address = new IPEndPoint(IPAddress.Loopback, FreePort());
        var config = Path.Combine(Path.GetTempPath(), $"coralmux-bench-{Environment.ProcessId}.cfg");
        File.WriteAllText(config, $"""
            global
              maxconn 9000
            defaults
              mode tcp
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            listen bench
              bind {Address}
              server agents {backend}

            """);
        Process = Process.Start(new ProcessStartInfo("haproxy") { ArgumentList = { "-f", config, "-q" } })!;
        WaitUntilListening();
    }

    private void WaitUntilListening()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(5);)
        {
            try
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Connect(Address);
                return;
            }
            catch (SocketException)
            {
                Thread.Yield();
            }
        }

        throw new IOException("haproxy does not listen");
    }
}
