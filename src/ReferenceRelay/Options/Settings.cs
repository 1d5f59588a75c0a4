using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CoralMux.ReferenceRelay.Options;

/// <summary>The table of all settings: help, parsing, environment and file all follow from it.</summary>
internal static class Settings
{
    public static readonly IReadOnlyList<Setting> All =
    [
        new("addr", "HOST:PORT", "where to listen; no host means all interfaces, port 0 a free one (:8080)",
            (o, v) => o with { Address = EndPoint(v) }),
        new("admin-key", "KEY", "key of the pairing API (X-Admin-Key); without one that API is closed",
            (o, v) => o with { AdminKey = v.Length > 0 ? v : throw new FormatException("must not be empty") }),
        new("open-admin", "", "let anybody use the pairing API without a key",
            (o, v) => o with { OpenAdmin = Switch(v) }, IsSwitch: true),
        new("db", "FILE", "the database of tokens and usage; :memory: forgets all at exit (relay.db)",
            (o, v) => o with { Database = v.Length > 0 ? v : throw new FormatException("must be a file name or :memory:") }),
        new("domain", "NAME", "public host name; listens on :443 unless -addr says otherwise; needs -tls-cert and -tls-key",
            (o, v) => o with { Domain = HostName(v) }),
        new("tls-cert", "FILE", "PEM certificate chain; read again when it changes",
            (o, v) => o with { TlsCertificate = ExistingFile(v) }),
        new("tls-key", "FILE", "PEM private key of -tls-cert",
            (o, v) => o with { TlsKey = ExistingFile(v) }),
        new("rate-phone", "N", "messages a minute a phone may send (30)",
            (o, v) => o.WithLimits(l => l with { PhoneMessagesPerMinute = Number(v, 1, 100_000_000) })),
        new("rate-agent", "N", "messages a minute an agent may send (120)",
            (o, v) => o.WithLimits(l => l with { AgentMessagesPerMinute = Number(v, 1, 100_000_000) })),
        new("max-message-size", "BYTES", "largest message (5242880)",
            (o, v) => o.WithLimits(l => l with { MaxMessageSize = Number(v, 128, 256 * 1024 * 1024) })),
        new("daily-quota", "BYTES", "bytes a token may send in a UTC day, both sides together (524288000)",
            (o, v) => o.WithLimits(l => l with { DailyQuota = LongNumber(v, 1, 1L << 60) })),
        new("monthly-quota", "BYTES", "bytes a token may send in a UTC month, both sides together (10737418240)",
            (o, v) => o.WithLimits(l => l with { MonthlyQuota = LongNumber(v, 1, 1L << 60) })),
        new("auth-timeout", "TIME", "time a new connection has for its auth (10s)",
            (o, v) => o.WithLimits(l => l with { AuthTimeout = Time(v, 0.1, 60) })),
        new("ping-interval", "TIME", "time between the relay's own WebSocket pings (30s)",
            (o, v) => o.WithLimits(l => l with { PingInterval = Time(v, 0.1, 3600) })),
        new("idle-timeout", "TIME", "silence after which a connection is dropped (60s)",
            (o, v) => o.WithLimits(l => l with { IdleTimeout = Time(v, 0.2, 86400) })),
        new("stall-timeout", "TIME", "time a reader may take nothing of what waits for it (30s)",
            (o, v) => o.WithLimits(l => l with { StallTimeout = Time(v, 0.2, 3600) })),
        new("max-connections", "N", "WebSocket connections at a time (100000)",
            (o, v) => o.WithLimits(l => l with { MaxConnections = Number(v, 1, 10_000_000) })),
        new("max-pending-auth", "N", "connections that have not yet authenticated, at a time (4096)",
            (o, v) => o.WithLimits(l => l with { MaxPendingAuth = Number(v, 1, 10_000_000) })),
        new("auth-failures", "N", "failed auths a minute from one address before its failures are answered late (30)",
            (o, v) => o.WithLimits(l => l with { AuthFailuresPerMinute = Number(v, 20, 1_000_000) })),
        new("registration-per-hour", "N", "tokens an hour one address may register for itself; 0 switches that off (5)",
            (o, v) => o.WithLimits(l => l with { RegistrationsPerHour = Number(v, 0, 1000) })),
        new("queue-bytes", "BYTES", "bytes that may wait for one reader before its sender is slowed (1048576)",
            (o, v) => o.WithLimits(l => l with { QueueBytes = Number(v, 1024, 1 << 30) })),
        new("memory-budget", "BYTES", "bytes of messages the whole relay may hold before all senders are slowed (536870912)",
            (o, v) => o.WithLimits(l => l with { MemoryBudget = LongNumber(v, 1 << 20, 1L << 42) })),
        new("trusted-proxy", "CIDR,…", "proxies whose X-Forwarded-For counts; may be given more than once",
            (o, v) => o with { TrustedProxies = [.. o.TrustedProxies, .. v.Split(',').Select(Network)] }),
        new("metrics-addr", "HOST:PORT", "serve /metrics here and nowhere else",
            (o, v) => o with { MetricsAddress = EndPoint(v) }),
        new("log-format", "text|json", "format of the log on stderr (text)",
            (o, v) => o with { JsonLog = v == "json" || (v == "text" ? false : throw new FormatException("must be text or json")) }),
        new("log-level", "LEVEL", "debug, info, warn or error (info)",
            (o, v) => o with { LogLevel = Level(v) }),
        new("drain-timeout", "TIME", "time to deliver and close when stopped (10s)",
            (o, v) => o with { DrainTimeout = Time(v, 0, 600) }),
    ];

    private static RelayOptions WithLimits(this RelayOptions options, Func<RelayLimits, RelayLimits> change) =>
        options with { Limits = change(options.Limits) };

    private static int Number(string text, int min, int max) => (int)LongNumber(text, min, max);

    private static long LongNumber(string text, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new FormatException($"must be a whole number from {min} to {max}");

    private static TimeSpan Time(string text, double minSeconds, double maxSeconds) =>
        Duration.TryParse(text, out var value) && value.TotalSeconds >= minSeconds && value.TotalSeconds <= maxSeconds
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"must be a time from {minSeconds}s to {maxSeconds}s, like 500ms, 10s or 2m"));

    private static bool Switch(string text) => text switch
    {
        "" or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new FormatException("must be true or false"),
    };

    private static LogLevel Level(string text) => text switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => throw new FormatException("must be debug, info, warn or error"),
    };

    private static string HostName(string text) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns ? text : throw new FormatException("must be a host name like relay.example.com");

    private static string ExistingFile(string path) =>
        File.Exists(path) ? path : throw new FormatException("must name a file that exists");

    /// <summary>IPv4 only with all its four numbers: older spellings, like 10.1 for 10.0.0.1, are hardly ever meant.</summary>
    private static IPNetwork Network(string text)
    {
        var parts = text.Trim().Split('/', 2);
        if (IPAddress.TryParse(parts[0], out var address)
            && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == parts[0])
            && IPNetwork.TryParse($"{address}/{(parts.Length == 2 ? parts[1] : address.GetAddressBytes().Length * 8)}", out var network))
        {
            // Clients are known by their IPv4 address when they have one, however it is written.
            return network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
                ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
                : network;
        }

        throw new FormatException("must be an address or a network like 10.0.0.0/8");
    }

    private static IPEndPoint EndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new FormatException("must be host:port, like :8080 or 127.0.0.1:8080");

        var host = text[..colon];
        if (host is "" or "*")
            return new IPEndPoint(IPAddress.IPv6Any, port);
        if (host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, port);
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return new IPEndPoint(address, port);
        throw new FormatException("must have an IP address, localhost or nothing before the colon");
    }
}
