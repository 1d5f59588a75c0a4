using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Load.Engine;

/// <summary>What all virtual users of a run share.</summary>
/// <param name="nonce">Distinguishes the messages of this run from those of any other.</param>
internal sealed class RunState(RunClock clock, Target target, uint nonce, CancellationToken cancelled)
{
    public RunClock Clock => clock;

    public Target Target => target;

    public InvariantLog Invariants { get; } = new();

    public uint Nonce => nonce;

    /// <summary>Nothing new is sent.</summary>
    public bool IsDraining { get; set; }

    public bool IsOver { get; set; }

    /// <summary>A fault of the generator that makes the numbers worthless, such as no free port: a sentence, or null.</summary>
    public string? SocketTrouble { get; set; }

    /// <summary>The run is over.</summary>
    public CancellationToken Cancelled => cancelled;
}
