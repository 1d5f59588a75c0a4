using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Running;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>
/// Whether a stored report still follows from what was recorded: totals, requirements, conformity and exit code from the
/// scenarios; the scenarios from what they say of themselves, from the suite they name, and from their transcripts.
/// <c>docs/ci.md</c> says what this cannot see.
/// </summary>
public static class Recheck
{
    /// <param name="suite">The plan of the suite built with this program, for reports of that very suite; or null.</param>
    /// <param name="withTranscripts">False where the transcripts were not kept.</param>
    /// <returns>A sentence for each disagreement; none when the report holds.</returns>
    public static IReadOnlyList<string> Disagreements(StoredReport stored, SuitePlan? suite, bool withTranscripts) =>
    [
        .. Numbers(stored),
        .. Requirements(stored),
        .. stored.Report.Results.SelectMany(result => Scenario(stored, result)),
        .. suite is null ? [] : AgainstSuite(stored.Report, suite),
        .. withTranscripts ? stored.Report.Results.SelectMany(result => TranscriptCheck.Disagreements(result, stored.Transcripts.GetValueOrDefault(result.Scenario.Id), suite)) : [],
    ];

    private static IEnumerable<string> Numbers(StoredReport stored)
    {
        var (report, claims) = (stored.Report, stored.Claims);
        foreach (var (name, verdict) in JsonReport.Totals)
        {
            if (claims.Totals[name] != report.Count(verdict))
                yield return $"totals.{name} says {claims.Totals[name]}, but {report.Count(verdict)} scenarios are {verdict.Spelling()}";
        }

        if (claims.ExitCode != (int)report.Judgement.ExitCode)
            yield return $"exitCode says {claims.ExitCode}, but {(int)report.Judgement.ExitCode} follows from the scenarios";
        if (claims.Conformant != report.Judgement.Conformant)
            yield return $"conformant says {(claims.Conformant ? "true" : "false")}, but the opposite follows from the scenarios";
        foreach (var (outcome, claimed) in report.Judgement.KnownFailures.Zip(claims.KnownFailureStates))
        {
            if (outcome.State.Spelling() != claimed)
                yield return $"the known failure {outcome.Entry} says {claimed}, but {outcome.State.Spelling()} follows from the scenarios";
        }
    }

    private static IEnumerable<string> Requirements(StoredReport stored)
    {
        foreach (var result in stored.Report.Judgement.Requirements)
        {
            var claimed = stored.Claims.Requirements[result.Requirement.Id];
            if (claimed.Verdict != result.Verdict)
                yield return $"{result.Requirement.Id} says {claimed.Verdict.Spelling()}, but {result.Verdict.Spelling()} follows from its scenarios";
            else if (!claimed.Scenarios.SequenceEqual(result.Scenarios))
                yield return $"{result.Requirement.Id} names other scenarios than those that are tagged with it";
        }

        var known = stored.Report.Judgement.Requirements.Select(result => result.Requirement.Id).ToHashSet();
        foreach (var violation in stored.Report.Results.SelectMany(result => result.Violations).Where(violation => !known.Contains(violation.Requirement)))
            yield return $"a breach of {violation.Requirement} was noticed, but there is no such requirement in the report";
    }

    // A verdict and what is recorded with it go together: nobody fails without an expectation, or passes with one unmet.
    private static IEnumerable<string> Scenario(StoredReport stored, ScenarioResult result)
    {
        var report = stored.Report;
        var requirements = report.Judgement.Requirements.Where(one => result.Scenario.Requirements.Contains(one.Requirement.Id)).Select(one => one.Requirement).ToList();
        var level = requirements.Count == 0 ? RequirementLevel.Must : requirements.Min(requirement => requirement.Level);
        var unmet = result is { Expected: not null, Actual: not null, Message: not null, Step: not null };
        var holds = result.Verdict switch
        {
            Verdict.Pass => result is { Expected: null, Actual: null, Message: null, Step: null },
            Verdict.Fail or Verdict.Warn => unmet && result.Step!.Kind != StepKind.Given && result.Verdict == Judgement.Failure(level),
            Verdict.Inconclusive => result is { Message: not null, Step: not null } && (result.Expected is null || result.Step.Kind == StepKind.Given),
            // A feature that is not claimed; or a step that found the relay not to do what it may leave undone.
            Verdict.NotApplicable => result is { Step: not null, Message: not null, Expected: null } || requirements.Any(requirement => requirement.Feature is { } feature && !report.Target.Features.Contains(feature, StringComparer.Ordinal)),
            _ => result is { Message: not null, Expected: null },
        };
        if (!holds)
            yield return $"{result.Scenario.Id} says {result.Verdict.Spelling()}, which does not go with what is recorded of it";
        if (!stored.Claims.RequirementsOfScenarios[result.Scenario.Id].SequenceEqual(result.Scenario.Requirements))
            yield return $"{result.Scenario.Id} is tagged with other requirements than it names";
    }

    private static IEnumerable<string> AgainstSuite(RunReport report, SuitePlan suite)
    {
        var judged = report.Judgement.Requirements.ToDictionary(result => result.Requirement.Id);
        foreach (var requirement in suite.Register.All)
        {
            if (!judged.Remove(requirement.Id, out var result))
                yield return $"{requirement.Id} is missing";
            else if (result.Requirement != requirement)
                yield return $"{requirement.Id} is not worded, levelled or placed as in the suite that the report names";
            else if (result.IsExcluded && !suite.Excluded.ContainsKey(requirement.Id))
                yield return $"{requirement.Id} says it is excluded, but the suite does not exclude it";
        }

        foreach (var id in judged.Keys)
            yield return $"{id} is no requirement of the suite that the report names";

        // With features of the user's own the scenarios are not the suite's.
        if (report.Options.Arguments.Contains("--features"))
            yield break;
        var scenarios = suite.Scenarios.ToDictionary(scenario => scenario.Id);
        foreach (var scenario in report.Results.Select(result => result.Scenario))
        {
            if (!scenarios.TryGetValue(scenario.Id, out var own))
                yield return $"{scenario.Id} is no scenario of the suite that the report names";
            else if (!scenario.Tags.SequenceEqual(own.Tags) || !scenario.Steps.Select(step => (step.Kind, step.Text)).SequenceEqual(own.Steps.Select(step => (step.Kind, step.Text))))
                yield return $"{scenario.Id} has other tags or steps than in the suite that the report names";
        }
    }
}
