using System.Net;

namespace CoralMux.ReferenceRelay.Options;

/// <summary>Everything an operator can say, validated. Defaults are the numbers of the protocol.</summary>
internal sealed record RelayOptions
{
    public IPEndPoint Address { get; init; } = new(IPAddress.IPv6Any, 8080);

    /// <summary>Null: /metrics is served on <see cref="Address"/>.</summary>
    public IPEndPoint? MetricsAddress { get; init; }

    public string? AdminKey { get; init; }

    /// <summary>The operator's explicit word that anybody may make tokens.</summary>
    public bool OpenAdmin { get; init; }

    public string Database { get; init; } = "relay.db";

    public string? Domain { get; init; }

    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public bool JsonLog { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a SIGHUP can change while connections live.</summary>
    public RelayLimits Limits { get; init; } = new();

    public bool Tls => TlsCertificate is not null;
}
