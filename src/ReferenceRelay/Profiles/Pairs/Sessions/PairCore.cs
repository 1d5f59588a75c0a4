using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>The parts of this profile that all its connections share.</summary>
internal sealed class PairCore(RelayCore core)
{
    public RelayCore Relay => core;

    public GuessLimit Guesses { get; } = new(core.Time);

    public SessionTable Sessions { get; } = new(core.Store, core.Limits, core.Time);

    /// <summary>Error envelopes sent.</summary>
    public CountersByKind<ErrorCode> Refusals { get; } = new();
}
