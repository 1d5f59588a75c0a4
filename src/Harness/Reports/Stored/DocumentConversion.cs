using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>A run as its document, and a document as the run that it tells of.</summary>
internal static class DocumentConversion
{
    public static ReportDocument ToDocument(RunReport report)
    {
        var (target, options, judgement) = (report.Target, report.Options, report.Judgement);
        return new ReportDocument(
            new SuiteDocument(report.SuiteVersion, report.SuiteHash),
            report.Seed,
            new TargetDocument(target.Url!, target.Name, target.Version, target.Features),
            options.Arguments, options.Strict, options.Interrupted,
            report.StartedAt.UtcDateTime, Milliseconds(report.Duration),
            judgement.Conformant, (int)judgement.ExitCode, ReportFile.Totals.ToDictionary(total => total.Name, total => report.Count(total.Verdict)),
            NullIfEmpty(judgement.KnownFailures.Select(ToDocument)),
            [.. judgement.Requirements.Select(ToDocument)],
            [.. report.Results.Select(ToDocument)]);
    }

    /// <summary>Milliseconds to the microsecond.</summary>
    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static KnownFailureDocument ToDocument(KnownFailureOutcome outcome)
    {
        var entry = outcome.Entry;
        return new KnownFailureDocument(entry.Requirement, entry.Scenario, entry.Reason, entry.Link, entry.Until, outcome.State);
    }

    private static RequirementDocument ToDocument(RequirementResult result)
    {
        var requirement = result.Requirement;
        return new RequirementDocument(
            requirement.Id, requirement.Level, requirement.Chapter,
            result.Verdict, result.Reason, result.IsExcluded, result.Scenarios,
            requirement.Statement, requirement.Feature, requirement.File, requirement.Line);
    }

    private static ScenarioDocument ToDocument(ScenarioResult result)
    {
        var scenario = result.Scenario;
        var hasTranscript = result.Transcript.Count > 0;
        return new ScenarioDocument(
            scenario.Id, scenario.Name, scenario.File, scenario.Feature, scenario.Line,
            scenario.Tags, scenario.Requirements,
            result.Verdict, result.IsHarnessFault, Milliseconds(result.Duration),
            result.Message, result.Expected, result.Actual, ToDocument(result.Unmet),
            NullIfEmpty(result.About),
            NullIfEmpty(result.Cast.Select(party => new PartyDocument(party.Name, party.Side, party.IsControl))),
            result.Step is { } step ? $"{scenario.File}:{step.Line}: {step.Keyword} {step.Text}" : null,
            result.Step is null ? null : result.StepIndex,
            [.. scenario.Steps.Select(one => new StepDocument(one.Kind, one.Keyword, one.Text, one.Line, one.Table, one.DocString))],
            NullIfEmpty(result.Violations.Select(ToDocument)),
            hasTranscript ? TranscriptFile.PathOf(scenario) : null,
            hasTranscript ? TranscriptFile.Hash(TranscriptFile.Write(result.Transcript)) : null);
    }

    private static ViolationDocument ToDocument(Violation violation) =>
        new(violation.Requirement, violation.Connection, violation.Expected, violation.Actual, ToDocument(violation.Finding));

    private static List<RecordedObservation>? ToDocument(Finding? finding) =>
        NullIfEmpty((finding?.Observed ?? []).Select(one => new RecordedObservation(one.Kind, one.Entry, one.MissedBy)));

    /// <summary>The run, with the judgement that follows from its scenarios, whatever the document says it was.</summary>
    /// <param name="transcripts">By the scenario's id; empty where it has none.</param>
    public static RunReport ToReport(ReportDocument document, Func<string, IReadOnlyList<TranscriptEntry>> transcripts)
    {
        IReadOnlyList<ScenarioResult> results = [.. document.Scenarios.Select(scenario => ToResult(scenario, transcripts(scenario.Id)))];
        var options = new RunOptions(document.Arguments ?? [], document.Strict, document.Interrupted);
        var (url, name, version, features) = document.Target;
        var target = new TargetDescription { Url = url, Name = name, Version = version, Features = features ?? [] };
        var judgement = Judgement.Over(
            new RequirementRegister([.. document.Requirements.Select(ToRequirement)]),
            results,
            document.Requirements.Where(one => one.Excluded).ToDictionary(one => one.Id, one => one.Reason ?? ""),
            feature => target.Features.Contains(feature, StringComparer.Ordinal),
            options.Strict, options.Interrupted,
            [.. (document.KnownFailures ?? []).Select(entry => new KnownFailure(entry.Requirement, entry.Scenario, entry.Reason, entry.Link, entry.Until))],
            DateOnly.FromDateTime(document.StartedAt));
        var duration = TimeSpan.FromMilliseconds(document.DurationMs);
        return new RunReport(document.Suite.Hash, document.Seed, target, document.StartedAt, duration, judgement, results)
        {
            SuiteVersion = document.Suite.Version, Options = options,
        };
    }

    private static Requirement ToRequirement(RequirementDocument document) =>
        new(document.Id, document.Level, document.Chapter, document.Statement ?? "", document.Feature, document.File ?? "", document.Line);

    private static ScenarioResult ToResult(ScenarioDocument document, IReadOnlyList<TranscriptEntry> transcript)
    {
        IReadOnlyList<ScenarioStep> steps =
            [.. (document.Steps ?? []).Select(step => new ScenarioStep(step.Kind, step.Keyword, step.Text, step.Table, step.DocString, step.Line))];
        return new ScenarioResult(
            new Scenario(document.Id, document.Name, document.FeatureName ?? document.Feature, document.Feature, document.Line, document.Tags, steps),
            document.Verdict, TimeSpan.FromMilliseconds(document.DurationMs),
            document.Message, document.Expected is { } expected ? ToFinding(expected, document.Actual, document.Observed) : null,
            document.StepIndex is { } index ? steps.ElementAtOrDefault(index) : null,
            [.. (document.Violations ?? []).Select(one => new Violation(one.Connection, one.Requirement, ToFinding(one.Expected, one.Actual, one.Observed)))],
            transcript)
        {
            About = document.About ?? [],
            Cast = [.. (document.Cast ?? []).Select(party => new Party(party.Name, party.Side, party.Control))],
            IsHarnessFault = document.HarnessFault,
        };
    }

    private static Finding ToFinding(string expected, string? actual, IReadOnlyList<RecordedObservation>? observed) =>
        new(expected, Sentence.Recorded(actual ?? "", observed ?? []));

    private static List<T>? NullIfEmpty<T>(IEnumerable<T> items) => items.ToList() is [_, ..] some ? some : null;
}
