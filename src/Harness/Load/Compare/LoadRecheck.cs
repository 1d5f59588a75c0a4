using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Judgement;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Compare;

/// <summary>
/// Checks whether a stored load report still follows from its recordings: its figures from the histograms, the outcomes of
/// its thresholds from the figures, the verdict from the outcomes. A threshold over windows is compared with its own value
/// only: the windows are not in the report.
/// </summary>
internal static class LoadRecheck
{
    private const double Rounding = 1e-6;
    private const double RoundingOfMeans = 0.095;

    /// <param name="baseline">The report that delta thresholds compare with, or null: then only their own value is checked.</param>
    /// <returns>A sentence for each disagreement; none when the report holds.</returns>
    public static IReadOnlyList<string> Disagreements(LoadReport report, LoadReport? baseline)
    {
        var unreadable = report.Metrics.SelectMany(Unreadable).ToList();
        return unreadable.Count > 0 ? unreadable : [.. report.Metrics.SelectMany(Figures), .. Lag(report), .. Thresholds(report, baseline), .. Verdict(report)];
    }

    private static IEnumerable<string> Unreadable(LoadMetric metric)
    {
        if (Problem<FormatException>(() => HistogramCodec.Decode(metric.Histogram)) is { } problem)
            yield return $"the histogram of {metric.Key} cannot be read: {problem.TrimEnd('.')}";
    }

    private static IEnumerable<string> Figures(LoadMetric metric)
    {
        var recorded = LoadMetric.Of(metric.Key, HistogramCodec.Decode(metric.Histogram));
        foreach (var (name, value) in LoadMetric.Figures)
        {
            var (claimed, follows) = (value(metric), value(recorded));
            // Means are rounded when they are written.
            var tolerance = name is "mean" or "stddev" ? RoundingOfMeans + Rounding * follows : Rounding;
            if (Math.Abs(claimed - follows) > tolerance)
                yield return $"{name} of {metric.Key} says {Write(claimed)}, but {Write(follows)} follows from its histogram";
        }
    }

    private static IEnumerable<string> Lag(LoadReport report)
    {
        var lag = LoadMetric.Sum(report.Metrics.Where(metric => metric.Kind == Measure.Lag));
        var claimed = report.Validity.LagP99Us;
        if (lag.TotalCount > 0 && Math.Abs(claimed - lag.ValueAt(99)) > Rounding)
            yield return $"validity.lagP99Us says {Write(claimed)}, but {lag.ValueAt(99)} follows from the histograms of lag";
        if (report.Validity.Valid != (report.Validity.Reasons.Count == 0))
            yield return $"validity.valid says {(report.Validity.Valid ? "true" : "false")}, but it has {report.Validity.Reasons.Count} reasons";
    }

    private static IEnumerable<string> Thresholds(LoadReport report, LoadReport? baseline)
    {
        var asked = report.Config.Profile["thresholds"]?.AsArray().Select(one => one!.ToString()).ToList() ?? [];
        foreach (var missing in asked.Except(report.Thresholds.Select(one => one.Text)))
            yield return $"the profile has the threshold '{missing}', but the report does not";
        foreach (var claimed in report.Thresholds)
        {
            if (Problem<CommandException>(() => ThresholdParser.Parse(claimed.Text)) is { } problem)
                yield return $"a threshold cannot be read: {problem.TrimEnd('.')}";
            else if (Disagreement(ThresholdParser.Parse(claimed.Text), claimed, report, baseline) is { } sentence)
                yield return sentence;
        }
    }

    private static string? Disagreement(Threshold threshold, ThresholdOutcome claimed, LoadReport report, LoadReport? baseline)
    {
        var (text, says) = (claimed.Text, $"says {Word.Of(claimed.Outcome)} with {Write(claimed.Value)}");
        if (claimed.Unit != threshold.Unit || Math.Abs(claimed.Limit - threshold.Limit) > Rounding * Math.Abs(threshold.Limit))
        {
            var (limit, unit) = (Write(claimed.Limit), Word.Of(claimed.Unit));
            return $"'{text}' says its limit is {limit} {unit}, but it is {Write(threshold.Limit)} {Word.Of(threshold.Unit)}";
        }

        var isJudgedAgain = threshold.Over is null && (!threshold.IsDelta || baseline is not null);
        if (!isJudgedAgain)
        {
            var follows = claimed.Outcome == ThresholdResult.NotJudged
                || (claimed.Value is { } value && threshold.Holds(value) == (claimed.Outcome == ThresholdResult.Met));
            return follows ? null : $"'{text}' {says}, which do not agree";
        }

        var own = new ThresholdJudge([threshold], baseline).Judge(report, stoppedBy: null)[0];
        return own.Outcome != claimed.Outcome || Differ(own.Value, claimed.Value)
            ? $"'{text}' {says}, but {Word.Of(own.Outcome)} with {Write(own.Value)} follows from the measurements"
            : null;
    }

    private static IEnumerable<string> Verdict(LoadReport report)
    {
        var verdict = RunJudgement.VerdictOf(report);
        var exit = (int)RunJudgement.ExitCodeOf(verdict);
        if (report.Verdict != verdict)
            yield return $"verdict says {Word.Of(report.Verdict)}, but {Word.Of(verdict)} follows from thresholds, invariants and validity";
        if (report.ExitCode != exit)
            yield return $"exitCode says {report.ExitCode}, but {exit} follows from thresholds, invariants and validity";
    }

    // The message of what an action throws, or null.
    private static string? Problem<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
            return null;
        }
        catch (T exception)
        {
            return exception.Message;
        }
    }

    private static bool Differ(double? one, double? other) =>
        one is { } a && other is { } b ? Math.Abs(a - b) > Rounding * Math.Max(1, Math.Abs(b)) : one is null != other is null;

    private static string Write(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "nothing";
}
