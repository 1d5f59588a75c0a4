using System.Diagnostics;
using System.Security.Cryptography;
using CoralMux.Harness.Commands;

namespace CoralMux.Harness.Targets;

/// <summary>The reference relay as a child process on a free loopback port: the target where no URL is given.</summary>
public sealed class ChildRelay : IAsyncDisposable
{
    /// <summary>As every report of it calls it.</summary>
    public const string Name = "CoralMux reference relay";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private ChildRelay(Process process, TargetDescription description)
    {
        _process = process;
        Description = description;
    }

    public TargetDescription Description { get; }

    public int ProcessId => _process.Id;

    /// <summary>
    /// Starts the relay that lies beside this program and waits until it accepts connections. Its time-outs are short,
    /// so that a run need not wait for them; all other limits are the specification's.
    /// </summary>
    /// <exception cref="CommandException">It is not there or does not start; exit 5.</exception>
    public static async Task<ChildRelay> StartAsync(CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "relay", "coralmux-relay.dll");
        if (!File.Exists(program))
            throw new CommandException(ExitCode.HarnessFault, $"There is no reference relay at {program}; build src/Harness, or give the URL of a relay.");

        var claims = new TargetDescription
        {
            Name = Name,
            AdminKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Features = [.. TargetDescription.DefaultFeatures, "self-registration", "metrics"],
            Limits = new TargetLimits { AuthTimeoutMs = 2_000 },
        };
        var start = new ProcessStartInfo("dotnet", [program, "-addr", "127.0.0.1:0", "-db", ":memory:", "-auth-timeout", $"{claims.Limits.AuthTimeoutMs}ms"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["RELAY_ADMIN_KEY"] = claims.AdminKey;
        // Should this process be killed, its end of the pipe closes and the relay goes with it.
        start.Environment["RELAY_EXIT_WITH_STDIN"] = "1";

        var process = Process.Start(start)!;
        try
        {
            var url = await ReadAddressAsync(process, cancellationToken);
            return new ChildRelay(process, claims with { Url = url });
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(StopTimeout);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static async Task<string> ReadAddressAsync(Process process, CancellationToken cancellationToken)
    {
        const string announcement = "listening on ";
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                if (line.IndexOf(announcement, StringComparison.Ordinal) is >= 0 and var at)
                {
                    // The relay's log goes nowhere here; reading it keeps its pipe from filling up.
                    _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    var http = new Uri(line[(at + announcement.Length)..].Trim());
                    return $"ws://{http.Authority}/ws";
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.HarnessFault, $"The reference relay did not say within {StartTimeout.TotalSeconds} s where it listens.");
        }

        await process.WaitForExitAsync(cancellationToken);
        throw new CommandException(ExitCode.HarnessFault, $"The reference relay ended with exit code {process.ExitCode} before it listened: {(await errors).Trim()}");
    }
}
