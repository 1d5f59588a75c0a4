namespace CoralMux.ReferenceRelay.Options;

/// <summary>The limits and time-outs of every profile (LIM-31). SIGHUP changes them while the relay runs.</summary>
internal static class LimitSettings
{
    public static readonly IReadOnlyList<Setting> All =
    [
        Number("max-message-size", "BYTES", "largest message (5242880)", 128, 256 * 1024 * 1024, (l, v) => l with { MaxMessageSize = v }),
        Long("daily-quota", "BYTES", "bytes a token may send in a UTC day, both sides together (524288000)",
            1, 1L << 60, (l, v) => l with { DailyQuota = v }),
        Long("monthly-quota", "BYTES", "bytes a token may send in a UTC month, both sides together (10737418240)",
            1, 1L << 60, (l, v) => l with { MonthlyQuota = v }),
        Time("auth-timeout", "time a new connection has for its auth (10s)", 0.1, 60, (l, v) => l with { AuthTimeout = v }),
        Time("ping-interval", "time between the relay's own WebSocket pings (30s)", 0.1, 3600, (l, v) => l with { PingInterval = v }),
        Time("idle-timeout", "silence after which a connection is dropped (60s)", 0.2, 86400, (l, v) => l with { IdleTimeout = v }),
        Time("stall-timeout", "time a reader may take nothing of what waits for it (8s)", 0.2, 3600, (l, v) => l with { StallTimeout = v }),
        Number("max-connections", "N", "WebSocket connections at a time (100000)", 1, 10_000_000, (l, v) => l with { MaxConnections = v }),
        Number("max-pending-auth", "N", "connections that have not yet authenticated, at a time (4096)",
            1, 10_000_000, (l, v) => l with { MaxPendingAuth = v }),
        Number("auth-failures", "N", "failed auths a minute from one address before its failures are answered late (30)",
            20, 1_000_000, (l, v) => l with { AuthFailuresPerMinute = v }),
        Number("registration-per-hour", "N", "tokens an hour one address may register for itself; 0 switches that off (5)",
            0, 1000, (l, v) => l with { RegistrationsPerHour = v }),
        Number("queue-bytes", "BYTES", "bytes that may wait for one reader before its sender is slowed (1048576)",
            1024, 1 << 30, (l, v) => l with { QueueBytes = v }),
        Long("memory-budget", "BYTES", "bytes of messages the whole relay may hold before all senders are slowed (536870912)",
            1 << 20, 1L << 42, (l, v) => l with { MemoryBudget = v }),
    ];

    private static Setting Number(string name, string value, string help, int min, int max, Func<RelayLimits, int, RelayLimits> change) =>
        new(name, value, help, (o, v) => o with { Limits = change(o.Limits, SettingValue.Number(v, min, max)) });

    private static Setting Long(string name, string value, string help, long min, long max, Func<RelayLimits, long, RelayLimits> change) =>
        new(name, value, help, (o, v) => o with { Limits = change(o.Limits, SettingValue.LongNumber(v, min, max)) });

    private static Setting Time(string name, string help, double minSeconds, double maxSeconds, Func<RelayLimits, TimeSpan, RelayLimits> change) =>
        new(name, "TIME", help, (o, v) => o with { Limits = change(o.Limits, SettingValue.Time(v, minSeconds, maxSeconds)) });
}
