using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>The measured value that a threshold is about, in the threshold's unit; null where nothing was measured.</summary>
internal static class ThresholdValue
{
    /// <summary>Of a whole run.</summary>
    public static double? Of(Threshold threshold, LoadReport report)
    {
        var relay = report.Series.Where(point => point.RelayRssBytes is not null && point.AtS >= 0).ToList();
        return threshold.Subject switch
        {
            Subject.Latency => Statistic(threshold, LoadMetric.Sum(report.Metrics.Where(metric => threshold.Covers(metric.Key)))),
            Subject.Decisions => Decisions(threshold, report),
            Subject.RelayCpu => relay.Count == 0 ? null : relay.Max(point => point.RelayCpu),
            Subject.RelayRss => relay.Count == 0 ? null : threshold.Statistic switch
            {
                StatisticKind.Slope => Slope(relay),
                StatisticKind.PerSession => PerSession(report),
                _ => relay.Max(point => (double)point.RelayRssBytes!.Value),
            },
            _ => Counted(threshold, report),
        };
    }

    /// <summary>Of a stretch of so many seconds.</summary>
    public static double? Counted(Threshold threshold, ScenarioCounts counts, double seconds) => threshold.Subject switch
    {
        Subject.AchievedOffered => counts.Offered > 0 ? Math.Min(1, counts.Achieved / (double)counts.Offered) : null,
        Subject.Errors => Coded(counts.Errors, threshold),
        Subject.Closes => Coded(counts.Closes, threshold),
        Subject.Throughput => seconds > 0 ? counts.Delivered / seconds : null,
        _ => seconds > 0 ? counts.BytesReceived / seconds : null,
    };

    public static double? Statistic(Threshold threshold, Histogram histogram)
    {
        var summary = histogram.Summarise();
        return threshold.Statistic switch
        {
            StatisticKind.Count => summary.Count,
            _ when summary.Count == 0 => null,
            StatisticKind.Max => summary.Max,
            StatisticKind.Min => summary.Min,
            StatisticKind.Mean => summary.Mean,
            _ => histogram.ValueAt(threshold.Percentile),
        };
    }

    private static double? Counted(Threshold threshold, LoadReport report)
    {
        var seconds = report.Series.Where(point => point.Offered > 0 || point.Achieved > 0).Sum(point => point.WidthS);
        if (threshold.Labels.GetValueOrDefault("scenario") is { } scenario)
            return report.Totals.Scenarios.TryGetValue(scenario, out var own) ? Counted(threshold, own, seconds) : null;
        var totals = report.Totals;
        return threshold.Subject == Subject.AchievedOffered
            ? totals.Offered > 0 ? totals.AchievedRatio : null
            : Counted(threshold, new ScenarioCounts(totals.Offered, 0, totals.Delivered, totals.BytesReceived, totals.Errors, totals.Closes), seconds);
    }

    private static double? Decisions(Threshold threshold, LoadReport report)
    {
        var scores = report.Decisions
            .Where(one => threshold.Covers(new Dictionary<string, string> { ["limit"] = one.Limit, ["scenario"] = one.Scenario })).ToList();
        return scores.Count == 0 ? null : scores.Sum(one => threshold.Statistic switch
        {
            StatisticKind.Right => one.Right,
            StatisticKind.Uncertain => one.Uncertain,
            _ => one.Wrong,
        });
    }

    private static long Coded(IReadOnlyDictionary<string, long> counts, Threshold threshold)
    {
        var code = threshold.Labels.GetValueOrDefault("code");
        return counts.Where(pair => code is null || pair.Key == code).Sum(pair => pair.Value);
    }

    // Least squares over the second half: the memory that a relay needs to warm up is not a leak.
    private static double? Slope(List<LoadPoint> points)
    {
        var half = points[(points.Count / 2)..];
        if (half.Count < 2)
            return null;
        double meanX = half.Average(point => point.AtS), meanY = half.Average(point => (double)point.RelayRssBytes!.Value);
        var spread = half.Sum(point => (point.AtS - meanX) * (point.AtS - meanX));
        return half.Sum(point => (point.AtS - meanX) * (point.RelayRssBytes!.Value - meanY)) / spread;
    }

    // Memory gained since there were no connections, for each two of them.
    private static double? PerSession(LoadReport report)
    {
        var points = report.Series.Where(point => point.RelayRssBytes is not null).ToList();
        var most = points.Max(point => point.Connections);
        if (most < 2 || points[0].Connections > 0)
            return null;
        return (points.Where(point => point.Connections == most).Min(point => point.RelayRssBytes!.Value) - points[0].RelayRssBytes!.Value) / (most / 2.0);
    }
}
