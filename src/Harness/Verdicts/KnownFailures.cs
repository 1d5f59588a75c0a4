namespace CoralMux.Harness.Verdicts;

/// <summary>Compares a list of known failures with the results of a run: which entries excuse a failure, and which are outdated.</summary>
public sealed class KnownFailures
{
    private readonly IReadOnlyList<ScenarioResult> _results;

    /// <param name="today">The day of the run, UTC.</param>
    public KnownFailures(
        IReadOnlyList<KnownFailure> entries, IReadOnlyList<RequirementResult> requirements, IReadOnlyList<ScenarioResult> results, DateOnly today)
    {
        _results = results;
        Outcomes = [.. entries.Select(entry => new KnownFailureOutcome(entry, StateOf(entry, requirements, today)))];
    }

    public IReadOnlyList<KnownFailureOutcome> Outcomes { get; }

    /// <summary>Every scenario in which this requirement failed is covered by an entry that still counts.</summary>
    public bool Excuses(RequirementResult result)
    {
        var entries = Outcomes.Where(outcome => outcome.State == KnownFailureState.Failed).Select(outcome => outcome.Entry)
            .Where(entry => entry.Requirement == result.Requirement.Id).ToList();
        return entries.Count > 0 && Failing(result.Requirement.Id).All(scenario => entries.Any(entry => entry.Scenario is null || entry.Scenario == scenario));
    }

    /// <summary>A failure must not hide that another scenario of the requirement has no verdict.</summary>
    public bool IsUnsettledBesides(RequirementResult result) =>
        _results.Any(one => one.Scenario.Requirements.Contains(result.Requirement.Id) && one.Verdict is Verdict.Inconclusive or Verdict.NotRun);

    private KnownFailureState StateOf(KnownFailure entry, IReadOnlyList<RequirementResult> requirements, DateOnly today)
    {
        if (entry.Until <= today)
            return KnownFailureState.Expired;
        if (Failing(entry.Requirement).Any(scenario => entry.Scenario is null || entry.Scenario == scenario))
            return KnownFailureState.Failed;

        var verdict = entry.Scenario is null
            ? requirements.First(result => result.Requirement.Id == entry.Requirement).Verdict
            : _results.FirstOrDefault(result => result.Scenario.Id == entry.Scenario)?.Verdict ?? Verdict.Untested;
        return verdict is Verdict.Untested or Verdict.NotRun or Verdict.Inconclusive ? KnownFailureState.NotJudged : KnownFailureState.Stale;
    }

    private IEnumerable<string> Failing(string requirement) => _results
        .Where(result => (result.Scenario.Requirements.Contains(requirement) && result.Verdict is Verdict.Fail or Verdict.Warn)
            || result.Violations.Any(violation => violation.Requirement == requirement))
        .Select(result => result.Scenario.Id);
}
