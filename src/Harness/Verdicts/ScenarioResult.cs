using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Verdicts;

/// <summary>The result of one scenario.</summary>
/// <param name="Message">Why it is not a pass, in one sentence, or null.</param>
/// <param name="Unmet">The expectation that was not met and what was found instead, or null.</param>
/// <param name="Step">The step at which it ended, or null.</param>
/// <param name="Violations">Breaches of other requirements, noticed in passing.</param>
public sealed record ScenarioResult(
    Scenario Scenario,
    Verdict Verdict,
    TimeSpan Duration,
    string? Message,
    Finding? Unmet,
    ScenarioStep? Step,
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<TranscriptEntry> Transcript)
{
    public string? Expected => Unmet?.Expected.ToString();

    public string? Actual => Unmet?.Actual.ToString();

    /// <summary>Everybody who connected.</summary>
    public IReadOnlyList<Party> Cast { get; init; } = [];

    /// <summary>Names of the parties that <see cref="Step"/> speaks of.</summary>
    public IReadOnlyList<string> About { get; init; } = [];

    /// <summary>Whether the trouble is about the parties that show the relay's health.</summary>
    public bool ConcernsControl => IsTrouble && Cast.Any(party => party.IsControl && Concerned.Contains(party.Name));

    private IEnumerable<string?> Concerned =>
        [.. About, Unmet?.MissedBy, .. (Unmet?.Offending ?? []).Where(entry => entry < Transcript.Count).Select(entry => Transcript[entry].Connection)];

    /// <summary>Where and by what it ended: equal for two results whose failures differ in ids, times and counts only.</summary>
    public string Cause => $"{Scenario.Id}, step {StepIndex}: {Unmet?.Kind}";

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
        new(scenario, verdict, TimeSpan.Zero, reason, null, null, [], []);
}
