using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Running;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>
/// Whether a stored report still follows from what was recorded: totals, requirements, conformity and exit code from the
/// scenarios; the scenarios from what they say of themselves, and from the suite they name. <see cref="TranscriptCheck"/>
/// looks at the transcripts; <c>docs/ci.md</c> says what neither can see.
/// </summary>
public static class Recheck
{
    /// <param name="suite">The plan of the suite built with this program, for reports of that very suite; or null.</param>
    /// <returns>A sentence without a full stop for each disagreement; none when the report holds.</returns>
    public static IReadOnlyList<string> Disagreements(StoredReport stored, SuitePlan? suite) =>
    [
        .. Numbers(stored.Document, stored.Report),
        .. Requirements(stored.Document, stored.Report),
        .. stored.Document.Scenarios.Zip(stored.Report.Results).SelectMany(pair => Scenario(stored.Report, pair.First, pair.Second)),
        .. suite is null ? [] : AgainstSuite(stored.Report, suite),
    ];

    private static IEnumerable<string> Numbers(ReportDocument document, RunReport report)
    {
        foreach (var (name, verdict) in ReportFile.Totals)
        {
            if (document.Totals[name] != report.Count(verdict))
                yield return $"totals.{name} says {document.Totals[name]}, but {report.Count(verdict)} scenarios are {verdict.Spelling()}";
        }

        var judgement = report.Judgement;
        if (document.ExitCode != (int)judgement.ExitCode)
            yield return $"exitCode says {document.ExitCode}, but {(int)judgement.ExitCode} follows from the scenarios";
        if (document.Conformant != judgement.Conformant)
            yield return $"conformant says {(document.Conformant ? "true" : "false")}, but the opposite follows from the scenarios";
        foreach (var (outcome, claimed) in judgement.KnownFailures.Zip(document.KnownFailures ?? []))
        {
            if (outcome.State != claimed.State)
                yield return $"the known failure {outcome.Entry} says {claimed.State.Spelling()}, but {outcome.State.Spelling()} follows from the scenarios";
        }
    }

    private static IEnumerable<string> Requirements(ReportDocument document, RunReport report)
    {
        foreach (var (result, claimed) in report.Judgement.Requirements.Zip(document.Requirements))
        {
            if (claimed.Verdict != result.Verdict)
                yield return $"{claimed.Id} says {claimed.Verdict.Spelling()}, but {result.Verdict.Spelling()} follows from its scenarios";
            else if (!claimed.Scenarios.SequenceEqual(result.Scenarios))
                yield return $"{claimed.Id} names other scenarios than those that are tagged with it";
        }

        var known = document.Requirements.Select(requirement => requirement.Id).ToHashSet();
        foreach (var violation in report.Results.SelectMany(result => result.Violations).Where(violation => !known.Contains(violation.Requirement)))
            yield return $"a breach of {violation.Requirement} was noticed, but the report has no such requirement";
    }

    // A verdict and what is recorded with it go together: no failure without an expectation that was not met, no pass with one.
    private static IEnumerable<string> Scenario(RunReport report, ScenarioDocument claimed, ScenarioResult result)
    {
        var requirements = report.Judgement.Requirements.Select(one => one.Requirement).Where(one => result.Scenario.Requirements.Contains(one.Id)).ToList();
        var level = requirements.Count == 0 ? RequirementLevel.Must : requirements.Min(requirement => requirement.Level);
        var unmet = result is { Expected: not null, Actual: not null, Message: not null, Step: not null };
        var isUnclaimed = requirements.Any(requirement => requirement.Feature is { } feature && !report.Target.Features.Contains(feature));
        var holds = result.Verdict switch
        {
            Verdict.Pass => result is { Expected: null, Actual: null, Message: null, Step: null },
            Verdict.Fail or Verdict.Warn => unmet && result.Step!.Kind != StepKind.Given && result.Verdict == Judgement.Failure(level),
            Verdict.Inconclusive => result is { Message: not null, Step: not null } && (result.Expected is null || result.Step.Kind == StepKind.Given),
            // A feature that is not claimed; or a step that found the relay not to do what it may leave undone.
            Verdict.NotApplicable => isUnclaimed || result is { Step: not null, Message: not null, Expected: null },
            _ => result is { Message: not null, Expected: null },
        };
        if (!holds)
            yield return $"{claimed.Id} says {result.Verdict.Spelling()}, which contradicts what is recorded with it";
        if (!claimed.Requirements.SequenceEqual(result.Scenario.Requirements))
            yield return $"{claimed.Id} is tagged with other requirements than it names";
    }

    private static IEnumerable<string> AgainstSuite(RunReport report, SuitePlan suite)
    {
        var judged = report.Judgement.Requirements.ToDictionary(result => result.Requirement.Id);
        foreach (var requirement in suite.Register.All)
        {
            if (!judged.Remove(requirement.Id, out var result))
                yield return $"{requirement.Id} is missing";
            else if (result.Requirement != requirement)
                yield return $"{requirement.Id} differs in words, level or place from the suite that the report names";
            else if (result.IsExcluded && !suite.Excluded.ContainsKey(requirement.Id))
                yield return $"{requirement.Id} says it is excluded, but the suite does not exclude it";
        }

        foreach (var id in judged.Keys)
            yield return $"{id} is not a requirement of the suite that the report names";

        // With features of the user's own the scenarios are not the suite's.
        if (report.Options.Arguments.Contains("--features"))
            yield break;
        var scenarios = suite.Scenarios.ToDictionary(scenario => scenario.Id);
        foreach (var scenario in report.Results.Select(result => result.Scenario))
        {
            if (!scenarios.TryGetValue(scenario.Id, out var own))
                yield return $"{scenario.Id} is not a scenario of the suite that the report names";
            else if (!scenario.Tags.SequenceEqual(own.Tags) || !Words(scenario).SequenceEqual(Words(own)))
                yield return $"{scenario.Id} has other tags or steps than in the suite that the report names";
        }
    }

    private static IEnumerable<(StepKind Kind, string Text)> Words(Scenario scenario) => scenario.Steps.Select(step => (step.Kind, step.Text));
}
