namespace CoralMux.ReferenceRelay.Options;

/// <summary>The limits and time-outs of every profile, with the numbers of the protocol as defaults (LIM-31). A profile adds its own. Sizes and
/// quotas are in bytes. Read again for each message, so a reload reaches live connections.</summary>
internal record RelayLimits
{
    /// <summary>TRN-20.</summary>
    public int MaxMessageSize { get; init; } = 5 * 1024 * 1024;

    public long DailyQuota { get; init; } = 500L * 1024 * 1024;

    public long MonthlyQuota { get; init; } = 10L * 1024 * 1024 * 1024;

    public TimeSpan AuthTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a reader may take nothing at all of what waits for it (PAIR-68).</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(8);

    public int MaxConnections { get; init; } = 100_000;

    public int MaxPendingAuth { get; init; } = 4096;

    /// <summary>Failed auths a minute from one address, before its failures are answered late (PAIR-40).</summary>
    public int AuthFailuresPerMinute { get; init; } = 30;

    /// <summary>New tokens an hour for one address (PAIR-17); 0 switches self-registration off.</summary>
    public int RegistrationsPerHour { get; init; } = 5;

    /// <summary>Bytes that may wait for one reader before its sender is slowed.</summary>
    public int QueueBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes that may wait, or be half received, in the whole process.</summary>
    public long MemoryBudget { get; init; } = 512L * 1024 * 1024;
}
