using CoralMux.Harness.Load.Decisions;
using CoralMux.Harness.Load.Invariants;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Load.Engine;

/// <summary>A scenario while it runs: what its pairs share.</summary>
internal sealed class ScenarioRun(ScenarioProfile profile, int number, RunState run)
{
    public ScenarioProfile Profile => profile;

    public int Number => number;

    public RunState Run => run;

    public ArrivalSchedule Schedule { get; } = new(profile.LoadSimulations);

    public MessageContent Up { get; } = new("chat.send", "text");

    public MessageContent Down { get; } = new("chat.done", "full_text");

    public MessageContent Tokens { get; } = new("chat.stream", "delta");

    public TextCorpus? Corpus { get; init; }

    public string Flow { get; } = profile.Messages?.Flow ?? "";

    public bool Encrypted { get; } = profile.Messages?.Encrypted ?? false;

    public int LongestMessage { get; } = profile.Messages is { Flow: "chat" } ? TextCorpus.LongestMessage : profile.Messages?.Size.Most ?? 0;

    public DecisionLog Decisions { get; } = new(profile.Name);

    /// <summary>Size of a message by its number: the same for a seed.</summary>
    public int SizeOf(int pair, long message)
    {
        var size = profile.Messages!.Size;
        return size.Bytes ?? size.Least + (int)(ArrivalSchedule.Phase(run.Seed + message, pair) * (size.Most - size.Least + 1));
    }
}

/// <summary>What all scenarios of a run share.</summary>
internal sealed class RunState(RunClock clock, Target target, InvariantLog invariants, long seed, uint nonce)
{
    public RunClock Clock => clock;

    public Target Target => target;

    public InvariantLog Invariants => invariants;

    public long Seed => seed;

    /// <summary>Tells our messages from those of any other run.</summary>
    public uint Nonce => nonce;

    /// <summary>Nothing new is sent any more.</summary>
    public bool IsDraining { get; set; }

    public bool IsOver { get; set; }

    public IReadOnlyList<string> Scores { get; init; } = [];

    /// <summary>What was ours and made the numbers worthless: no free port, no more file handles.</summary>
    public string? SocketTrouble { get; set; }

    /// <summary>Which quota was to be reached, and was not.</summary>
    public string? LineAhead { get; set; }

    public CancellationToken Cancelled { get; init; }
}
