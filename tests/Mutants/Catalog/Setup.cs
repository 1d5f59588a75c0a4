using CoralMux.Harness.Targets;
using CoralMux.Mutants.Relay;
using CoralMux.Mutants.Sabotage;
using CoralMux.ReferenceRelay.Options;

namespace CoralMux.Mutants.Catalog;

/// <summary>How a relay is put together that differs from the healthy one.</summary>
internal abstract record Setup
{
    /// <summary>What the saboteur does.</summary>
    public Action<Saboteur>? Orders { get; init; }

    /// <summary>What is in front of a scenario's own relay that is reached by wss.</summary>
    public Action<TlsFront>? Tls { get; init; }

    /// <summary>Options of the relay that differ from the claims of its description.</summary>
    public Func<RelayOptions, RelayOptions>? Options { get; init; }

    /// <summary>What happens to it when it is stopped and started.</summary>
    public Action<HostedRelay, Saboteur>? Restarts { get; init; }

    /// <summary>What a relay of a scenario's own makes of its settings.</summary>
    public Func<RelaySettings, RelaySettings>? Misreads { get; init; }

    /// <summary>The relay's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What it claims of its limits.</summary>
    public TargetLimits Limits { get; init; } = Patient;

    /// <summary>Small enough to be fast; time-outs that a busy machine does not reach.</summary>
    public static TargetLimits Patient { get; } = new()
    {
        MaxMessageBytes = 2_000_000,
        DailyQuotaBytes = 6_000_000,
        AuthTimeoutMs = 8_000,
        PingIntervalMs = 3_000,
        IdleTimeoutMs = 15_000,
        DrainTimeoutMs = 1_000,
    };

    /// <summary>For scenarios that wait for a time-out.</summary>
    public static TargetLimits Hasty { get; } = Patient with { AuthTimeoutMs = 1_200, PingIntervalMs = 500, IdleTimeoutMs = 2_000 };

    /// <summary>For the whole suite: every scenario has its time, and none is long.</summary>
    public static TargetLimits Balanced { get; } =
        Patient with { DailyQuotaBytes = 30_000_000, AuthTimeoutMs = 4_000, PingIntervalMs = 1_000, IdleTimeoutMs = 4_000 };
}
