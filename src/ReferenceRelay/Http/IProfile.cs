using System.Net;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>Everything that the relay needs of the protocol that it serves.</summary>
internal interface IProfile
{
    /// <summary>Sessions with at least one authenticated connection, for <c>/health</c>.</summary>
    int SessionCount { get; }

    /// <summary>The metrics that only this profile has.</summary>
    IEnumerable<Metric> Metrics { get; }

    /// <summary>Makes the two ends of a connection whose WebSocket handshake is complete.</summary>
    ConnectionReader Accept(Wire wire, IPAddress address);

    /// <returns>Null when the path does not belong to the profile.</returns>
    Task? Route(HttpContext context, string path);

    /// <summary>Forgets sessions that have nothing to remember.</summary>
    /// <param name="all">Also those that only remember rates: the relay stops.</param>
    void Sweep(bool all);
}
