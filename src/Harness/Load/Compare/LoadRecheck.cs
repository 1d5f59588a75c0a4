using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load.Compare;

/// <summary>
/// Whether a stored load report still follows from what was recorded: its figures from the histograms, the outcomes of its
/// thresholds from the figures, the verdict from the outcomes. A threshold over windows is held against its own value only:
/// the windows are not in the report.
/// </summary>
internal static class LoadRecheck
{
    private const double Rounding = 1e-6;

    /// <param name="baseline">The report that thresholds of the kind "delta" were judged by, or null: then they are taken as they are.</param>
    /// <returns>A sentence for each disagreement; none when the report holds.</returns>
    public static IReadOnlyList<string> Disagreements(LoadReport report, LoadReport? baseline)
    {
        var unreadable = report.Metrics.SelectMany(Unreadable).ToList();
        return unreadable.Count > 0 ? unreadable : [.. report.Metrics.SelectMany(Figures), .. Lag(report), .. Thresholds(report, baseline), .. Verdict(report)];
    }

    private static IEnumerable<string> Unreadable(LoadMetric metric)
    {
        string? problem = null;
        try
        {
            HistogramCodec.Decode(metric.Histogram);
        }
        catch (FormatException exception)
        {
            problem = exception.Message;
        }

        if (problem is not null)
            yield return $"the histogram of {Name(metric)} cannot be read: {problem.TrimEnd('.')}";
    }

    private static IEnumerable<string> Figures(LoadMetric metric)
    {
        var histogram = HistogramCodec.Decode(metric.Histogram);
        var summary = histogram.Summarise();
        (string Name, double Claimed, double Follows)[] figures =
        [
            ("count", metric.Count, summary.Count), ("minUs", metric.MinUs, summary.Min), ("meanUs", metric.MeanUs, summary.Mean), ("stdDevUs", metric.StdDevUs, summary.StdDev), ("maxUs", metric.MaxUs, summary.Max),
            ("p50Us", metric.P50Us, histogram.ValueAt(50)), ("p90Us", metric.P90Us, histogram.ValueAt(90)), ("p95Us", metric.P95Us, histogram.ValueAt(95)), ("p99Us", metric.P99Us, histogram.ValueAt(99)),
            ("p999Us", metric.P999Us, histogram.ValueAt(99.9)), ("p9999Us", metric.P9999Us, histogram.ValueAt(99.99)),
        ];
        // Means are rounded when they are written.
        return figures.Where(figure => Math.Abs(figure.Claimed - figure.Follows) > (figure.Name is "meanUs" or "stdDevUs" ? 0.1 + Rounding * figure.Follows : Rounding))
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} of {Name(metric)} says {figure.Claimed}, but {figure.Follows:0.###} follows from its histogram"));
    }

    private static IEnumerable<string> Lag(LoadReport report)
    {
        var lag = new Histogram();
        foreach (var metric in report.Metrics.Where(metric => metric.Kind == "lag"))
            lag.Add(HistogramCodec.Decode(metric.Histogram));
        if (lag.TotalCount > 0 && Math.Abs(report.Validity.LagP99Us - lag.ValueAt(99)) > Rounding)
            yield return string.Create(CultureInfo.InvariantCulture, $"validity.lagP99Us says {report.Validity.LagP99Us}, but {lag.ValueAt(99)} follows from the histograms of lag");
        if (report.Validity.Valid != (report.Validity.Reasons.Count == 0))
            yield return $"validity.valid says {(report.Validity.Valid ? "true" : "false")}, which does not go with its {report.Validity.Reasons.Count} reasons";
    }

    private static IEnumerable<string> Thresholds(LoadReport report, LoadReport? baseline)
    {
        var asked = report.Config.Profile["thresholds"]?.AsArray().Select(one => one!.ToString()).ToList() ?? [];
        foreach (var missing in asked.Except(report.Thresholds.Select(one => one.Text)))
            yield return $"the profile asks for '{missing}', of which the report says nothing";
        foreach (var claimed in report.Thresholds)
        {
            Threshold? threshold = null;
            string? problem = null;
            try
            {
                threshold = Threshold.Parse(claimed.Text);
            }
            catch (CommandException exception)
            {
                problem = exception.Message;
            }

            if (threshold is null)
                yield return $"a threshold cannot be read: {problem!.TrimEnd('.')}";
            else if (Disagreement(threshold, claimed, report, baseline) is { } sentence)
                yield return sentence;
        }
    }

    private static string? Disagreement(Threshold threshold, ThresholdOutcome claimed, LoadReport report, LoadReport? baseline)
    {
        if (claimed.Unit != threshold.Unit || Math.Abs(claimed.Limit - threshold.Limit) > Rounding * Math.Abs(threshold.Limit))
            return string.Create(CultureInfo.InvariantCulture, $"'{claimed.Text}' says its limit is {claimed.Limit} {claimed.Unit}, but it reads {threshold.Limit} {threshold.Unit}");
        var isJudgedAnew = threshold.Over is null && (!threshold.IsDelta || baseline is not null);
        if (isJudgedAnew)
        {
            var own = new ThresholdJudge([threshold], baseline).Judge(report, stoppedBy: null)[0];
            if (own.Outcome != claimed.Outcome || Differ(own.Value, claimed.Value))
                return string.Create(CultureInfo.InvariantCulture, $"'{claimed.Text}' says {claimed.Outcome} with {Told(claimed.Value)}, but {own.Outcome} with {Told(own.Value)} follows from what was measured");
        }
        else if (claimed.Outcome is not "not-judged" && (claimed.Value is not { } value || threshold.Holds(value) != (claimed.Outcome == "met")))
        {
            return $"'{claimed.Text}' says {claimed.Outcome}, which does not go with its value {Told(claimed.Value)}";
        }

        return null;
    }

    private static IEnumerable<string> Verdict(LoadReport report)
    {
        var follows = report.Invariants.Any(one => one.Violations > 0) ? "fail"
            : !report.Validity.Valid ? "invalid"
            : report.Thresholds.Any(one => one.Outcome != "met") ? "fail" : "pass";
        if (report.Verdict != follows)
            yield return $"verdict says {report.Verdict}, but {follows} follows from thresholds, invariants and validity";
        var exit = (int)(follows switch { "pass" => ExitCode.Conformant, "fail" => ExitCode.NonConformant, _ => ExitCode.Incomplete });
        if (report.ExitCode != exit)
            yield return $"exitCode says {report.ExitCode}, but {exit} follows from thresholds, invariants and validity";
    }

    private static bool Differ(double? one, double? other) => one is { } a && other is { } b ? Math.Abs(a - b) > Rounding * Math.Max(1, Math.Abs(b)) : one is null != other is null;

    private static string Told(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "nothing";

    private static string Name(LoadMetric metric) => $"{metric.Family}.{metric.Kind}{{{string.Join(",", metric.Labels.Select(label => $"{label.Key}={label.Value}"))}}}";
}
