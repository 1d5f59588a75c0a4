using CoralMux.Harness.Basics;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>A finished run, as every report tells it.</summary>
/// <param name="SuiteHash">SHA-256 over specification, schemas and features, lower-case hex.</param>
public sealed record RunReport(
    string SuiteHash,
    long Seed,
    TargetDescription Target,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    Judgement Judgement,
    IReadOnlyList<ScenarioResult> Results)
{
    /// <summary>Of the harness that ran it.</summary>
    public string SuiteVersion { get; init; } = Suite.Version;

    public RunOptions Options { get; init; } = RunOptions.None;

    public int Count(Verdict verdict) => Results.Count(result => result.Verdict == verdict);

    /// <summary>What did not pass, worst first: what a reader wants to see.</summary>
    public IEnumerable<ScenarioResult> Troubles =>
        Results.Where(result => result.IsTrouble).OrderByDescending(result => result.Verdict);
}
