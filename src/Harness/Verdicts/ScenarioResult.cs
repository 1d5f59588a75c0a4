using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Verdicts;

/// <summary>What one scenario came to.</summary>
/// <param name="Message">Why it is not a pass, in one sentence, or null.</param>
/// <param name="Expected">What the specification promises, where an expectation was not met.</param>
/// <param name="Actual">What was observed instead.</param>
/// <param name="Step">The step at which it ended, or null.</param>
/// <param name="Violations">Breaches of other requirements, noticed in passing.</param>
public sealed record ScenarioResult(
    Scenario Scenario,
    Verdict Verdict,
    TimeSpan Duration,
    string? Message,
    string? Expected,
    string? Actual,
    ScenarioStep? Step,
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<TranscriptEntry> Transcript)
{
    /// <summary>The harness itself failed in it: no word about the target, and exit 5 for the run.</summary>
    public bool IsHarnessFault { get; init; }

    /// <summary>Other scenarios held what it needs: it is to be run again by itself.</summary>
    public bool IsPostponed { get; init; }

    /// <summary>Neither passed nor of no concern to this target.</summary>
    public bool IsTrouble => Verdict is not (Verdict.Pass or Verdict.NotApplicable);

    /// <summary>Where <see cref="Step"/> stands among the scenario's steps; all of them where there is none.</summary>
    public int StepIndex => Scenario.Steps.TakeWhile(step => !ReferenceEquals(step, Step)).Count();

    /// <summary>A scenario that was not begun.</summary>
    public static ScenarioResult Skipped(Scenario scenario, Verdict verdict, string reason) =>
        new(scenario, verdict, TimeSpan.Zero, reason, null, null, null, [], []);
}
