using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>The parts of the relay that every connection needs, whatever the profile.</summary>
internal sealed class RelayCore
{
    public RelayCore(LiveLimits limits, TokenStore store, TimeProvider time, ILogger logger)
    {
        Limits = limits;
        Store = store;
        Time = time;
        Logger = logger;
        Connections = new ConnectionRegistry(limits, Meters);
    }

    public LiveLimits Limits { get; }

    public TokenStore Store { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public RelayMeters Meters { get; } = new();

    public MemoryBudget Memory { get; } = new();

    public ConnectionRegistry Connections { get; }
}
