using CoralMux.Harness.Basics;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>A finished run: what every report is made from.</summary>
/// <param name="SuiteHash">SHA-256 over specification, schemas and features, lower-case hex.</param>
public sealed record RunReport(
    string SuiteHash, long Seed, TargetDescription Target, DateTimeOffset StartedAt, TimeSpan Duration,
    Judgement Judgement, IReadOnlyList<ScenarioResult> Results)
{
    /// <summary>Of the harness that ran it.</summary>
    public string SuiteVersion { get; init; } = Suite.Version;

    public RunOptions Options { get; init; } = RunOptions.None;

    public int Count(Verdict verdict) => Results.Count(result => result.Verdict == verdict);

    /// <summary>What did not pass, worst first.</summary>
    public IEnumerable<ScenarioResult> Troubles =>
        Results.Where(result => result.IsTrouble).OrderByDescending(result => result.Verdict);
}

/// <summary>The options of a run that its verdict and its repetition depend on.</summary>
/// <param name="Arguments">Of <c>verify</c>, without secrets, and without what a repetition chooses itself.</param>
/// <param name="Strict">A SHOULD that is not met fails the run.</param>
/// <param name="Interrupted">It was ended early.</param>
public sealed record RunOptions(IReadOnlyList<string> Arguments, bool Strict = false, bool Interrupted = false)
{
    public static RunOptions None { get; } = new([]);
}
