using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Running;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs;

/// <summary>Two peers that share a token: the CoralMux protocol itself.</summary>
public sealed class PairsProfile : IProfile
{
    public string Name => "pairs";

    public StepRegistry Steps { get; } = new(typeof(PairsProfile));

    public IEnumerable<string> Disagreements(ScenarioResult result, IReadOnlyList<TranscriptEntry> transcript, SchemaCatalog? schemas) =>
        [.. TranscriptRules.Floor(Steps, result, transcript), .. schemas is null ? [] : TranscriptRules.Envelopes(schemas, result, transcript)];

    public IProfileRun Begin(RunContext context) => new PairsRun(context);
}
