using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>A column in which every report counts the requirements of a chapter.</summary>
/// <param name="Style">The verdict that it is coloured as.</param>
/// <param name="Name">For narrow tables.</param>
/// <param name="Title">For wide ones.</param>
internal sealed record VerdictColumn(Verdict Style, string Name, string Title, params IReadOnlyList<Verdict> Verdicts)
{
    public static IReadOnlyList<VerdictColumn> All { get; } =
    [
        new(Verdict.Pass, "pass", "met", Verdict.Pass),
        new(Verdict.Fail, "fail", "failed", Verdict.Fail),
        new(Verdict.Warn, "warn", "warned", Verdict.Warn),
        new(Verdict.Inconclusive, "unclear", "unclear", Verdict.Inconclusive, Verdict.NotRun),
        new(Verdict.NotApplicable, "n/a", "not applicable", Verdict.NotApplicable),
        new(Verdict.Untested, "untested", "not tested", Verdict.Untested),
    ];

    public int Count(IEnumerable<RequirementResult> results) => results.Count(result => Verdicts.Contains(result.Verdict));
}
