using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Judgement;

/// <summary>The verdict of a run, from its figures.</summary>
internal static class RunJudgement
{
    /// <summary>The report with thresholds, validity, verdict and reasons.</summary>
    /// <param name="stoppedBy">The threshold that stopped the run, or null.</param>
    public static LoadReport Conclude(LoadReport report, ThresholdJudge judge, Threshold? stoppedBy, RunTrouble trouble)
    {
        var judged = report with { Validity = Validity.Of(report, trouble), Thresholds = judge.Judge(report, stoppedBy) };
        return WithVerdict(judged with { Reasons = [.. Reasons(judged, stoppedBy)] });
    }

    /// <summary>The report with the verdict and the exit code that follow from its outcomes.</summary>
    public static LoadReport WithVerdict(LoadReport report)
    {
        var verdict = VerdictOf(report);
        return report with { Verdict = verdict, ExitCode = (int)ExitCodeOf(verdict) };
    }

    /// <summary>A violated invariant stands even if the generator was slow; a number does not.</summary>
    public static LoadVerdict VerdictOf(LoadReport report) =>
        report.Invariants.Any(one => one.Violations > 0) ? LoadVerdict.Fail
        : !report.Validity.Valid ? LoadVerdict.Invalid
        : report.Thresholds.Any(one => one.Aborted || one.Outcome != ThresholdResult.Met) ? LoadVerdict.Fail
        : LoadVerdict.Pass;

    public static ExitCode ExitCodeOf(LoadVerdict verdict) => verdict switch
    {
        LoadVerdict.Pass => ExitCode.Conformant,
        LoadVerdict.Fail => ExitCode.NonConformant,
        _ => ExitCode.Incomplete,
    };

    private static IEnumerable<string> Reasons(LoadReport report, Threshold? stoppedBy) =>
    [
        .. report.Validity.Reasons,
        .. stoppedBy is null ? [] : new[] { $"Stopped after {report.DurationMs / 1000:0} s, because of '{stoppedBy.Text}'." },
        .. report.Thresholds.Where(one => one.Outcome != ThresholdResult.Met).Select(one => $"{one.Text}: {one.Reason}"),
        .. report.Invariants.Where(one => one.Violations > 0).Select(Reason),
    ];

    private static string Reason(InvariantOutcome outcome) =>
        $"invariant violated: {Word.Of(outcome.Name)}, {(outcome.Violations == 1 ? "once" : $"{outcome.Violations} times")}."
        + (outcome.Examples is [var first, ..] ? " " + first.Sentence : "");
}
