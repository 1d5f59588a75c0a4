using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>A second of a run, as thresholds see it: what was recorded in it, by metric.</summary>
/// <param name="Counts">By scenario.</param>
public sealed record Interval(double AtS, double WidthS, IReadOnlyDictionary<MetricKey, Histogram> Histograms, IReadOnlyDictionary<string, ScenarioCounts> Counts);

/// <summary>Judges the thresholds of a run: windows as they pass, the rest at the end.</summary>
public sealed class ThresholdJudge(IReadOnlyList<Threshold> thresholds, LoadReport? baseline)
{
    private sealed class WindowState
    {
        public double? Start;
        public Histogram Histogram = new();
        public readonly List<ScenarioCounts> Counts = [];
        public double Seconds;
        public int Judged;
        public double? Worst;
        public bool Missed;
        public bool Aborted;
    }

    private readonly Dictionary<Threshold, WindowState> _windows = thresholds.Where(one => one.Over is not null).ToDictionary(one => one, _ => new WindowState());

    /// <summary>A second has passed.</summary>
    /// <returns>A threshold that asks to stop the run, or null.</returns>
    public Threshold? Observe(Interval interval)
    {
        Threshold? stop = null;
        foreach (var (threshold, state) in _windows)
        {
            foreach (var (key, histogram) in interval.Histograms)
            {
                if (IsMeant(threshold, key))
                    state.Histogram.Add(histogram);
            }

            state.Counts.AddRange(interval.Counts.Where(pair => ScenarioFits(threshold, pair.Key)).Select(pair => pair.Value));
            state.Start ??= interval.AtS;
            state.Seconds += interval.WidthS;
            if (state.Seconds + 0.5 < threshold.Over)
                continue;
            if (Value(threshold, state) is { } value)
            {
                state.Judged++;
                var misses = !threshold.Holds(value);
                if (misses && !state.Missed || state.Worst is null || (misses == state.Missed && (threshold.Operator is "<" or "<=" ? value > state.Worst : value < state.Worst)))
                    state.Worst = value;
                state.Missed |= misses;
                if (misses && threshold.Aborts)
                {
                    state.Aborted = true;
                    stop ??= threshold;
                }
            }

            state.Histogram.Clear();
            state.Counts.Clear();
            state.Seconds = 0;
        }

        return stop;
    }

    /// <summary>Aborting thresholds without windows, looked at as the run goes.</summary>
    public Threshold? Passing(LoadReport soFar) =>
        thresholds.FirstOrDefault(one => one.Aborts && Whole(one, soFar) is { } value && one.IsLost(value));

    public IReadOnlyList<ThresholdOutcome> Judge(LoadReport report, Threshold? stoppedBy) => [.. thresholds.Select(one => Judge(one, report, stoppedBy == one))];

    private ThresholdOutcome Judge(Threshold threshold, LoadReport report, bool stopped)
    {
        double? value;
        string outcome;
        string? reason = null;
        if (_windows.TryGetValue(threshold, out var state))
        {
            value = state.Worst;
            outcome = state.Missed ? "missed" : state.Judged >= threshold.Windows ? "met" : "not-judged";
            reason = outcome switch
            {
                "missed" => $"A window of {threshold.Over} s had {threshold.Tell(value!.Value)}, which is not {threshold.Operator} {threshold.Tell(threshold.Limit)}.",
                "not-judged" => $"It speaks of {threshold.Windows} windows of {threshold.Over} s; the run had {state.Judged} with a measurement.",
                _ => null,
            };
        }
        else
        {
            value = threshold.IsDelta ? Delta(threshold, report) : Whole(threshold, report);
            outcome = value is not { } measured ? "not-judged" : threshold.Holds(measured) ? "met" : "missed";
            reason = outcome switch
            {
                "missed" => $"{threshold.Tell(value!.Value)} is not {threshold.Operator} {threshold.Tell(threshold.Limit)}.",
                "not-judged" => threshold.IsDelta && baseline is null ? "It compares with a baseline, and none was given: use --baseline." : "Nothing it speaks of was measured.",
                _ => null,
            };
        }

        return new ThresholdOutcome(threshold.Text, outcome, value, threshold.Limit, threshold.Unit) { Reason = reason, Aborted = stopped || state is { Aborted: true } };
    }

    private double? Delta(Threshold threshold, LoadReport report)
    {
        if (baseline is null || Whole(threshold, report) is not { } now || Whole(threshold, baseline) is not { } before || before == 0)
            return null;
        return (now - before) / before;
    }

    private static double? Value(Threshold threshold, WindowState state)
    {
        if (threshold.IsLatency)
            return Statistic(threshold.Statistic, state.Histogram);
        return state.Counts.Count == 0 ? null : Counted(threshold, ScenarioCounts.Sum(state.Counts), state.Seconds);
    }

    private static double? Counted(Threshold threshold, ScenarioCounts counts, double seconds) => threshold.Subject switch
    {
        "achieved/offered" => counts.Offered > 0 ? Math.Min(1, counts.Achieved / (double)counts.Offered) : null,
        "errors" => Coded(counts.Errors, threshold),
        "closes" => Coded(counts.Closes, threshold),
        "throughput" => seconds > 0 ? counts.Delivered / seconds : null,
        _ => seconds > 0 ? counts.BytesReceived / seconds : null,
    };

    private static double? Whole(Threshold threshold, LoadReport report)
    {
        if (threshold.IsLatency)
        {
            var sum = new Histogram();
            foreach (var metric in report.Metrics.Where(metric => metric.Family == threshold.Subject && metric.Kind == threshold.Measure && threshold.Speaks(metric.Labels)))
                sum.Add(HistogramCodec.Decode(metric.Histogram));
            return Statistic(threshold.Statistic, sum);
        }

        var relayPoints = report.Series.Where(point => point.RelayRssBytes is not null && point.AtS >= 0).ToList();
        var decisions = report.Decisions.Where(one => threshold.Speaks(new Dictionary<string, string> { ["limit"] = one.Limit, ["scenario"] = one.Scenario })).ToList();
        var seconds = report.Series.Where(point => point.Offered > 0 || point.Achieved > 0).Sum(point => point.WidthS);
        var isCounted = threshold.Subject is "achieved/offered" or "errors" or "closes" or "throughput" or "bytes";
        if (isCounted && threshold.Labels.GetValueOrDefault("scenario") is { } scenario)
            return report.Totals.Scenarios.TryGetValue(scenario, out var own) ? Counted(threshold, own, seconds) : null;
        return threshold.Subject switch
        {
            "achieved/offered" => report.Totals.Offered > 0 ? report.Totals.AchievedRatio : null,
            "errors" => Coded(report.Totals.Errors, threshold),
            "closes" => Coded(report.Totals.Closes, threshold),
            "decisions" => decisions.Count == 0 ? null : threshold.Statistic switch { "right" => decisions.Sum(one => one.Right), "uncertain" => decisions.Sum(one => one.Uncertain), _ => decisions.Sum(one => one.Wrong) },
            "throughput" => seconds > 0 ? report.Totals.Delivered / seconds : null,
            "bytes" => seconds > 0 ? report.Totals.BytesReceived / seconds : null,
            "relay.cpu" => relayPoints.Count == 0 ? null : relayPoints.Max(point => point.RelayCpu),
            _ => relayPoints.Count == 0 ? null : threshold.Statistic switch
            {
                "slope" => Slope(relayPoints),
                "per_session" => PerSession(report),
                _ => relayPoints.Max(point => (double)point.RelayRssBytes!.Value),
            },
        };
    }

    // Least squares over the second half: what a relay takes to warm up is no leak.
    private static double? Slope(List<LoadPoint> points)
    {
        var half = points[(points.Count / 2)..];
        if (half.Count < 2)
            return null;
        double meanX = half.Average(point => point.AtS), meanY = half.Average(point => (double)point.RelayRssBytes!.Value);
        var spread = half.Sum(point => (point.AtS - meanX) * (point.AtS - meanX));
        return half.Sum(point => (point.AtS - meanX) * (point.RelayRssBytes!.Value - meanY)) / spread;
    }

    // Memory gained since there were no connections, for each pair of them.
    private static double? PerSession(LoadReport report)
    {
        var points = report.Series.Where(point => point.RelayRssBytes is not null).ToList();
        var most = points.Max(point => point.Connections);
        return most < 2 || points[0].Connections > 0 ? null : (points.Where(point => point.Connections == most).Min(point => point.RelayRssBytes!.Value) - points[0].RelayRssBytes!.Value) / (most / 2.0);
    }

    private static double? Statistic(string statistic, Histogram histogram)
    {
        var summary = histogram.Summarise();
        if (statistic == "count")
            return summary.Count;
        if (summary.Count == 0)
            return null;
        return statistic switch
        {
            "max" => summary.Max,
            "min" => summary.Min,
            "mean" => summary.Mean,
            _ => histogram.ValueAt(double.Parse(statistic.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)),
        };
    }

    private static bool IsMeant(Threshold threshold, MetricKey key) => threshold.IsLatency && key.Family == threshold.Subject && key.Kind == threshold.Measure && threshold.Speaks(key.Labels);

    private static bool ScenarioFits(Threshold threshold, string scenario) => threshold.Labels.GetValueOrDefault("scenario") is not { } wanted || wanted == scenario;

    private static long Coded(IReadOnlyDictionary<string, long> counts, Threshold threshold)
    {
        var code = threshold.Labels.GetValueOrDefault("code");
        return counts.Where(pair => code is null || pair.Key == code).Sum(pair => pair.Value);
    }
}
