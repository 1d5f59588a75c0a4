using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load.Shards;

/// <summary>The series of all shards as one.</summary>
internal static class MergedSeries
{
    /// <summary>Reads the logs in one pass, second by second: they may be of a day, and none is ever held whole.</summary>
    /// <param name="judge">Gets each second, for the windows of the thresholds.</param>
    /// <param name="output">Gets each second's recordings, and is closed at the end; or null.</param>
    public static List<LoadPoint> Read(List<LoadReport> parts, IEnumerable<string> logs, ThresholdJudge judge, HistogramLog? output)
    {
        using var log = output;
        using var seconds = MergedSeconds.Read(logs).GetEnumerator();
        var more = seconds.MoveNext();
        var series = new List<LoadPoint>();
        foreach (var group in parts.SelectMany(report => report.Series).GroupBy(point => (int)Math.Round(point.AtS)).OrderBy(group => group.Key))
        {
            var width = group.Max(point => point.WidthS);
            var end = group.Key < 0 ? 0 : group.Key + Math.Max(1, Math.Round(width));
            var metrics = new Dictionary<MetricKey, Histogram>();
            for (; more && seconds.Current.Second < end; more = seconds.MoveNext())
            {
                log?.Write(seconds.Current.AtS, seconds.Current.WidthS, seconds.Current.Histograms);
                if (seconds.Current.Second >= 0)
                    MergedSeconds.Add(metrics, seconds.Current.Histograms);
            }

            var point = Point(group.Key, width, [.. group], metrics);
            series.Add(point);
            if (group.Key >= 0)
                judge.Observe(new Interval(point.AtS, point.WidthS, metrics, point.Scenarios));
        }

        for (; more; more = seconds.MoveNext())
            log?.Write(seconds.Current.AtS, seconds.Current.WidthS, seconds.Current.Histograms);
        return series;
    }

    private static LoadPoint Point(int second, double width, List<LoadPoint> points, Dictionary<MetricKey, Histogram> metrics)
    {
        double? At(Measure measure, double percentile)
        {
            var sum = new Histogram();
            foreach (var (_, histogram) in metrics.Where(pair => pair.Key.Family == Family.OneWay && pair.Key.Measure == measure))
                sum.Add(histogram);
            return sum.TotalCount > 0 ? sum.ValueAt(percentile) : null;
        }

        return new LoadPoint
        {
            AtS = second,
            WidthS = width,
            Offered = Math.Round(points.Sum(point => point.Offered), 1),
            Achieved = Math.Round(points.Sum(point => point.Achieved), 1),
            P50Us = At(Measure.Response, 50),
            P99Us = At(Measure.Response, 99),
            ServiceP99Us = At(Measure.Service, 99),
            LagP99Us = At(Measure.Lag, 99),
            Errors = ScenarioCounts.Union(points.Select(point => point.Errors)),
            Closes = ScenarioCounts.Union(points.Select(point => point.Closes)),
            Connections = points.Sum(point => point.Connections),
            BytesSent = points.Sum(point => point.BytesSent),
            BytesReceived = points.Sum(point => point.BytesReceived),
            RelayCpu = points.Max(point => point.RelayCpu),
            RelayRssBytes = points.Max(point => point.RelayRssBytes),
            GeneratorCpu = points.Max(point => point.GeneratorCpu),
            GeneratorRssBytes = points.Max(point => point.GeneratorRssBytes),
            GeneratorGcPauseMs = points.Max(point => point.GeneratorGcPauseMs),
            Scenarios = ScenarioCounts.Sum(points.Select(point => point.Scenarios)),
        };
    }
}
