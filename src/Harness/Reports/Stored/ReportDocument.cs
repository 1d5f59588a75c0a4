using System.Text.Json.Serialization;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>
/// <c>report.json</c>: members are named, and meant, as <c>schemas/report.schema.json</c> says, and written in this order.
/// Holds no admin key and no token. <see cref="ReportFile"/> reads and writes it.
/// </summary>
/// <param name="StartedAt">UTC.</param>
/// <param name="Totals">Number of scenarios for each of <see cref="ReportFile.Totals"/>.</param>
public sealed record ReportDocument(
    SuiteDocument Suite, long Seed, TargetDocument Target,
    IReadOnlyList<string>? Arguments, bool Strict, bool Interrupted,
    DateTime StartedAt, double DurationMs,
    bool Conformant, int ExitCode, IReadOnlyDictionary<string, int> Totals,
    IReadOnlyList<KnownFailureDocument>? KnownFailures,
    IReadOnlyList<RequirementDocument> Requirements,
    IReadOnlyList<ScenarioDocument> Scenarios);

public sealed record SuiteDocument(string Version, string Hash);

public sealed record TargetDocument(string Url, string? Name, string? Version, IReadOnlyList<string>? Features);

/// <summary>An entry of <c>--known-failures</c> and what the run said about it.</summary>
public sealed record KnownFailureDocument(string Requirement, string? Scenario, string Reason, string Link, DateOnly? Until, KnownFailureState State);

/// <summary>A requirement and its verdict.</summary>
public sealed record RequirementDocument(
    string Id, RequirementLevel Level, string Chapter,
    Verdict Verdict, string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Excluded,
    IReadOnlyList<string> Scenarios,
    string? Statement, string? Feature, string? File, int Line);

/// <summary>A scenario, its verdict, and what explains it.</summary>
public sealed record ScenarioDocument(
    string Id, string Name, string Feature, string? FeatureName, int Line,
    IReadOnlyList<string> Tags, IReadOnlyList<string> Requirements,
    Verdict Verdict,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool HarnessFault,
    double DurationMs,
    string? Message, string? Expected, string? Actual, IReadOnlyList<RecordedObservation>? Observed,
    IReadOnlyList<string>? About, IReadOnlyList<PartyDocument>? Cast,
    string? Step, int? StepIndex, IReadOnlyList<StepDocument>? Steps,
    IReadOnlyList<ViolationDocument>? Violations,
    string? Transcript, string? TranscriptSha256);

public sealed record StepDocument(
    StepKind Kind, string Keyword, string Text, int Line, IReadOnlyList<IReadOnlyList<string>>? Table, string? DocString);

public sealed record ViolationDocument(
    string Requirement, string Connection, string Expected, string Actual, IReadOnlyList<RecordedObservation>? Observed);

/// <summary>Somebody who connected.</summary>
public sealed record PartyDocument(string Name, Side Side, bool Control);
