using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>The parts of the relay that every connection needs, whatever the profile.</summary>
internal sealed record RelayCore(LiveLimits Limits, TokenStore Store, TimeProvider Time, ILogger Logger, RelayMeters Meters)
{
    public MemoryBudget Memory { get; } = new();

    public ConnectionRegistry Connections { get; } = new(Limits, Meters);
}
