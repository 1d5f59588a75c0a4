using System.Net;

namespace CoralMux.ReferenceRelay.Options;

/// <summary>Everything that an operator can set, validated.</summary>
internal sealed record RelayOptions
{
    public IPEndPoint Address { get; init; } = new(IPAddress.IPv6Any, 8080);

    /// <summary>Null: /metrics is served on <see cref="Address"/>.</summary>
    public IPEndPoint? MetricsAddress { get; init; }

    public string? AdminKey { get; init; }

    /// <summary>The operator explicitly allows anybody to create tokens (PAIR-06).</summary>
    public bool OpenAdmin { get; init; }

    public string Database { get; init; } = "relay.db";

    public string? Domain { get; init; }

    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public bool JsonLog { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>TRN-31.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What SIGHUP changes while connections live. A profile puts its own in.</summary>
    public RelayLimits Limits { get; init; } = new();

    public bool Tls => TlsCertificate is not null;
}
