using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Sessions;

/// <summary>What every connection needs of the relay.</summary>
internal sealed class RelayCore
{
    public RelayCore(LiveLimits limits, TokenStore store, TimeProvider time, ILogger logger)
    {
        Limits = limits;
        Store = store;
        Time = time;
        Logger = logger;
        Meters = new RelayMeters();
        Guesses = new GuessLimit(time);
        Sessions = new SessionTable(store, limits, time);
        Connections = new ConnectionRegistry(limits, Meters);
    }

    public LiveLimits Limits { get; }

    public TokenStore Store { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public RelayMeters Meters { get; }

    public GuessLimit Guesses { get; }

    public MemoryBudget Memory { get; } = new();

    public SessionTable Sessions { get; }

    public ConnectionRegistry Connections { get; }
}
