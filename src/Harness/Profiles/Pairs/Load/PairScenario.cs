using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles.Pairs.Load.Decisions;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>What the pairs of a scenario share while it runs.</summary>
/// <param name="scores">The limits whose decisions are compared with a model.</param>
internal sealed class PairScenario(ScenarioProfile profile, RunState run, long seed, IReadOnlySet<ScoredLimit> scores)
{
    public ScenarioProfile Profile => profile;

    public RunState Run => run;

    public long Seed => seed;

    public IReadOnlySet<ScoredLimit> Scores => scores;

    public ArrivalSchedule Schedule { get; } = new(profile.LoadSimulations);

    public MessageContent Up { get; } = new("chat.send", "text");

    public MessageContent Down { get; } = new("chat.done", "full_text");

    public MessageContent Tokens { get; } = new("chat.stream", "delta");

    /// <summary>Null for an idle scenario.</summary>
    public FlowKind? Flow { get; } = FlowOf(profile);

    /// <summary>Only for flows whose answers are text.</summary>
    public TextCorpus? Corpus { get; } = FlowOf(profile) is FlowKind.Chat or FlowKind.Stream ? new TextCorpus(seed) : null;

    public bool IsEncrypted { get; } = profile.Messages?.Encrypted ?? false;

    public int LongestMessage { get; } = FlowOf(profile) is FlowKind.Chat ? TextCorpus.LongestMessage : profile.Messages?.Size.Most ?? 0;

    public DecisionLog Decisions { get; } = new(profile.Name);

    public static FlowKind? FlowOf(ScenarioProfile profile) => Word.TryRead<FlowKind>(profile.Messages?.Flow ?? "", out var flow) ? flow : null;

    /// <summary>Bytes of a message by its number: the same for a seed.</summary>
    public int SizeOf(int pair, long message)
    {
        var size = profile.Messages!.Size;
        return size.Bytes ?? size.Least + (int)(ArrivalSchedule.Phase(seed + message, pair) * (size.Most - size.Least + 1));
    }
}
