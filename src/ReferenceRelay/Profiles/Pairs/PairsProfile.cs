using System.Net;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Http;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Profiles.Pairs;

/// <summary>The protocol of the specification: a token joins a phone and an agent, and the relay forwards between the two.</summary>
internal sealed class PairsProfile : IProfile
{
    private readonly PairingEndpoints _pairing;

    public PairsProfile(RelayCore core, RelayOptions options)
    {
        Core = new PairCore(core);
        _pairing = new PairingEndpoints(Core, new AdminKey(options), new ClientAddress(options));
    }

    public PairCore Core { get; }

    public int SessionCount => Core.Sessions.CountOccupied();

    public IEnumerable<Metric> Metrics =>
    [
        Metric.Gauge("sessions", "Tokens with at least one side connected.", () => SessionCount),
        Metric.Counters("refusals_total", "Error envelopes sent, by code.", "code", Core.Refusals, ErrorCodes.Name),
    ];

    public ConnectionReader Accept(Wire wire, IPAddress address) => new PairReader(Core, new PairConnection(Core, wire, address));

    public Task? Route(HttpContext context, string path) => _pairing.Route(context, path);

    public void Sweep(bool all) => Core.Sessions.Sweep(all);
}
