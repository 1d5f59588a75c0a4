using System.Diagnostics;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Targets;

/// <summary>The reference relay as a child process on a free loopback port: the target where no URL is given.</summary>
public class ChildRelay : RelayProcess
{
    /// <summary>As every report of it calls it.</summary>
    public const string Name = "CoralMux reference relay";

    /// <summary>Of SQLite's wal-index: the process that locks this byte is the only writer of the database.</summary>
    private const int WriteLockByte = 120;

    private static readonly Dictionary<string, (string Flag, string Unit)> Flags = new()
    {
        ["maxMessageBytes"] = ("-max-message-size", ""),
        ["ratePhonePerMinute"] = ("-rate-phone", ""),
        ["rateAgentPerMinute"] = ("-rate-agent", ""),
        ["dailyQuotaBytes"] = ("-daily-quota", ""),
        ["monthlyQuotaBytes"] = ("-monthly-quota", ""),
        ["authTimeoutMs"] = ("-auth-timeout", "ms"),
        ["pingIntervalMs"] = ("-ping-interval", "ms"),
        ["idleTimeoutMs"] = ("-idle-timeout", "ms"),
        ["stallTimeoutMs"] = ("-stall-timeout", "ms"),
        ["drainTimeoutMs"] = ("-drain-timeout", "ms"),
        ["registrationPerHour"] = ("-registration-per-hour", ""),
        ["maxUnauthenticated"] = ("-max-pending-auth", ""),
        [RelaySettings.TrustedProxies] = ("-trusted-proxy", ""),
        [RelaySettings.TlsCertificate] = ("-tls-cert", ""),
        [RelaySettings.TlsKey] = ("-tls-key", ""),
        [RelaySettings.Address] = ("-addr", ""),
    };

    /// <summary>Short time-outs, so that a run does not wait for them; all other limits are the specification's.</summary>
    private static readonly RelaySettings Short = RelaySettings.Empty
        .With("authTimeoutMs", "2000").With("pingIntervalMs", "2000").With("idleTimeoutMs", "5000").With("drainTimeoutMs", "2000");

    private readonly string _program;
    private FileStream? _storeLock;

    /// <param name="program">The relay, as a library for dotnet or as a program.</param>
    /// <param name="settings">What differs from short time-outs and the relay's defaults.</param>
    protected ChildRelay(string program, RelaySettings settings)
        : base(Claims(), Short.With(settings)) => _program = program;

    /// <summary>Starts the relay next to this program and waits until it accepts connections.</summary>
    /// <exception cref="CommandException">It is not there or does not start; exit 5.</exception>
    public static async Task<ChildRelay> LaunchAsync(CancellationToken cancellationToken, RelaySettings? settings = null)
    {
        var relay = new ChildRelay(FindProgram(Path.Combine(AppContext.BaseDirectory, "relay")), settings ?? RelaySettings.Empty);
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

    /// <summary>From now on its database cannot be written, as with a full disk: somebody else is writing, and does not end.</summary>
    public override void BreakStore()
    {
        if (!OperatingSystem.IsLinux())
            base.BreakStore();
        _storeLock = new FileStream(Path.Combine(Store, "relay.db-shm"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        while (OperatingSystem.IsLinux())
        {
            try
            {
                _storeLock.Lock(WriteLockByte, 1);
                return;
            }
            catch (IOException)
            {
                // It is writing just now, which takes it a moment.
                Thread.Yield();
            }
        }
    }

    public override void RepairStore()
    {
        _storeLock?.Dispose();
        _storeLock = null;
    }

    public override async ValueTask DisposeAsync()
    {
        RepairStore();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // In a build and in the tool package it is a library for dotnet; next to the single file it is a single file too.
    private static string FindProgram(string directory)
    {
        string[] forms = ["coralmux-relay.dll", "coralmux-relay", "coralmux-relay.exe"];
        return forms.Select(form => Path.Combine(directory, form)).FirstOrDefault(File.Exists)
            ?? throw new CommandException(ExitCode.HarnessFault, $"There is no reference relay in {directory}; build src/Harness, or name the URL of a relay.");
    }

    protected override ProcessStartInfo Program(RelaySettings settings, TargetDescription description)
    {
        var start = _program.EndsWith(".dll", StringComparison.Ordinal) ? new ProcessStartInfo("dotnet", [_program]) : new ProcessStartInfo(_program);
        start.ArgumentList.Add("-db");
        start.ArgumentList.Add(Path.Combine(Store, "relay.db"));
        foreach (var (key, value) in settings.Values)
        {
            if (Flags.TryGetValue(key, out var flag))
            {
                start.ArgumentList.Add(flag.Flag);
                start.ArgumentList.Add(value + flag.Unit);
            }
        }

        if (settings[RelaySettings.AdminKey] != RelaySettings.None)
            start.Environment["RELAY_ADMIN_KEY"] = description.AdminKey;
        if (settings[RelaySettings.ClockOffset] is { } seconds)
            start.Environment["RELAY_CLOCK_OFFSET"] = seconds + "s";
        // It lives for seconds: what would make it faster in a minute makes it slower now.
        start.Environment["DOTNET_TieredPGO"] = "0";
        // Should this process be killed, its end of the pipe closes and the relay goes with it.
        start.Environment["RELAY_EXIT_WITH_STDIN"] = "1";
        return start;
    }

    private static TargetDescription Claims() => new()
    {
        Name = Name,
        Version = Suite.Version,
        AdminKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Features = [.. TargetDescription.DefaultFeatures, "self-registration", "trusted-proxies", "metrics", "quota-report", "tls"],
    };
}
