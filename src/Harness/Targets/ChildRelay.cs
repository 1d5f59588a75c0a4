using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CoralMux.Harness.Commands;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Targets;

/// <summary>The reference relay as a child process on a free loopback port: the target where no URL is given.</summary>
public sealed partial class ChildRelay : RelayControl, IAsyncDisposable
{
    /// <summary>As every report of it calls it.</summary>
    public const string Name = "CoralMux reference relay";

    private const int Terminate = 15;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly string _program;
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-relay-").FullName;
    private Process? _process;

    private readonly IReadOnlyDictionary<string, string> _settings;

    private ChildRelay(string program, IReadOnlyDictionary<string, string> settings) => (_program, _settings) = (program, settings);

    /// <summary>Of the running relay.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>
    /// What it claims. Its time-outs are short, so that a run need not wait for them; all other limits are the
    /// specification's.
    /// </summary>
    public TargetDescription Description { get; private set; } = new()
    {
        Name = Name,
        Version = Suite.Version,
        AdminKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Features = [.. TargetDescription.DefaultFeatures, "self-registration", "metrics", "quota-report"],
        Limits = new TargetLimits { AuthTimeoutMs = 2_000, PingIntervalMs = 2_000, IdleTimeoutMs = 5_000, DrainTimeoutMs = 2_000 },
    };

    /// <summary>Starts the relay that lies beside this program and waits until it accepts connections.</summary>
    /// <exception cref="CommandException">It is not there or does not start; exit 5.</exception>
    public static Task<ChildRelay> LaunchAsync(CancellationToken cancellationToken) => LaunchAsync(limits: null, new Dictionary<string, string>(), cancellationToken);

    /// <summary>The same, with other limits than the short ones, and settings by the names of its flags.</summary>
    /// <exception cref="CommandException">It is not there or does not start; exit 5.</exception>
    public static async Task<ChildRelay> LaunchAsync(TargetLimits? limits, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "relay", "coralmux-relay.dll");
        if (!File.Exists(program))
            throw new CommandException(ExitCode.HarnessFault, $"There is no reference relay at {program}; build src/Harness, or give the URL of a relay.");

        var relay = new ChildRelay(program, settings);
        if (limits is not null)
            relay.Description = relay.Description with { Limits = limits };
        try
        {
            await relay.StartAsync(cancellationToken);
            return relay;
        }
        catch
        {
            await relay.DisposeAsync();
            throw;
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var limits = Description.Limits;
        var address = Description.Url is null ? "127.0.0.1:0" : new Uri(Description.Url).Authority;
        var start = new ProcessStartInfo("dotnet",
        [
            _program, "-addr", address, "-db", Path.Combine(_directory, "relay.db"),
            "-auth-timeout", $"{limits.AuthTimeoutMs}ms", "-ping-interval", $"{limits.PingIntervalMs}ms",
            "-idle-timeout", $"{limits.IdleTimeoutMs}ms", "-drain-timeout", $"{limits.DrainTimeoutMs}ms",
            .. _settings.SelectMany(setting => new[] { "-" + setting.Key, setting.Value }),
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RELAY_ADMIN_KEY"] = Description.AdminKey;
        // Should this process be killed, its end of the pipe closes and the relay goes with it.
        start.Environment["RELAY_EXIT_WITH_STDIN"] = "1";

        _process = Process.Start(start)!;
        Description = Description with { Url = await ReadAddressAsync(_process, cancellationToken) };
    }

    public override async Task StopAsync(Shutdown shutdown, CancellationToken cancellationToken)
    {
        var process = _process!;
        if (shutdown == Shutdown.Crash)
            process.Kill();
        else if (OperatingSystem.IsWindows())
            throw new NotRunException("it needs SIGTERM, which this system does not have");
        else if (Kill(process.Id, Terminate) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        await process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(StopTimeout);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
