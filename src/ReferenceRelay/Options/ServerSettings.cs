namespace CoralMux.ReferenceRelay.Options;

/// <summary>The settings of the server itself. They need a restart to change.</summary>
internal static class ServerSettings
{
    public static readonly IReadOnlyList<Setting> All =
    [
        new("addr", "HOST:PORT", "where to listen; no host means all interfaces, port 0 a free one (:8080)",
            (o, v) => o with { Address = SettingValue.EndPoint(v) }),
        new("admin-key", "KEY", "key of the pairing API (X-Admin-Key); without one that API is closed",
            (o, v) => o with { AdminKey = v.Length > 0 ? v : throw new FormatException("must not be empty") }, IsSecret: true),
        new("open-admin", "", "let anybody use the pairing API without a key",
            (o, v) => o with { OpenAdmin = SettingValue.Switch(v) }, IsSwitch: true),
        new("db", "FILE", "the database of tokens and usage; :memory: forgets all at exit (relay.db)",
            (o, v) => o with { Database = v.Length > 0 ? v : throw new FormatException("must be a file name or :memory:") }),
        new("domain", "NAME", "public host name; listens on :443 unless -addr says otherwise; needs -tls-cert and -tls-key",
            (o, v) => o with { Domain = SettingValue.HostName(v) }),
        new("tls-cert", "FILE", "PEM certificate chain; read again when it changes",
            (o, v) => o with { TlsCertificate = SettingValue.ExistingFile(v) }),
        new("tls-key", "FILE", "PEM private key of -tls-cert",
            (o, v) => o with { TlsKey = SettingValue.ExistingFile(v) }),
        new("trusted-proxy", "CIDR,…", "proxies whose X-Forwarded-For counts; may be given more than once",
            (o, v) => o with { TrustedProxies = [.. o.TrustedProxies, .. v.Split(',').Select(SettingValue.Network)] }),
        new("metrics-addr", "HOST:PORT", "serve /metrics here and nowhere else",
            (o, v) => o with { MetricsAddress = SettingValue.EndPoint(v) }),
        new("log-format", "text|json", "format of the log on stderr (text)",
            (o, v) => o with { JsonLog = v == "json" || (v == "text" ? false : throw new FormatException("must be text or json")) }),
        new("log-level", "LEVEL", "debug, info, warn or error (info)",
            (o, v) => o with { LogLevel = SettingValue.Level(v) }),
        new("drain-timeout", "TIME", "time to deliver and close when stopped (10s)",
            (o, v) => o with { DrainTimeout = SettingValue.Time(v, 0, 600) }),
    ];
}
