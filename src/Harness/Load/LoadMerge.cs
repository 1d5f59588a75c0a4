using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load;

/// <summary>Joins the shards of one run: every histogram is the exact sum, and the thresholds are judged on it.</summary>
public static class LoadMerge
{
    /// <summary>A shard that began later was not there when the others bore the load.</summary>
    public const double LatestStartMs = 1000;

    /// <param name="directories">What the shards wrote to their <c>--out</c>.</param>
    /// <param name="log">Opened once the shards fit together: where the recordings of all of them go, second by second. Null: nowhere.</param>
    /// <exception cref="CommandException">A shard is missing, doubled, late, or of another run (exit 4); a report or log cannot be read (exit 2).</exception>
    public static LoadReport Merge(IReadOnlyList<string> directories, LoadReport? baseline, Func<DateTimeOffset, HistogramLog>? log = null)
    {
        var shards = directories.Select(directory => (Directory: directory, Report: LoadReportFile.Read(Path.Combine(directory, "report.json")))).ToList();
        Check(shards);
        var parts = shards.Select(shard => shard.Report).OrderBy(report => report.Config.Shard!.Index).ToList();
        var first = parts[0];

        var totals = new Dictionary<MetricKey, Histogram>();
        foreach (var metric in parts.SelectMany(report => report.Metrics))
        {
            var key = MetricKey.Of(metric);
            (totals.TryGetValue(key, out var total) ? total : totals[key] = new Histogram()).Add(HistogramCodec.Decode(metric.Histogram));
        }

        var profile = ProfileFile.FromJson(first.Config.Profile);
        var judge = new ThresholdJudge(Threshold.Of(profile), baseline);
        var series = Series(parts, shards.Select(shard => Path.Combine(shard.Directory, "latency.hlog")), judge, log?.Invoke(parts.Min(report => report.StartedAt)));

        var merged = first with
        {
            Config = first.Config with { Shard = null },
            StartedAt = parts.Min(report => report.StartedAt),
            DurationMs = parts.Max(report => report.DurationMs),
            Totals = Total(parts),
            Metrics = [.. totals.OrderBy(pair => pair.Key.Tag, StringComparer.Ordinal).Select(pair => RunRecorder.MetricOf(pair.Key, pair.Value))],
            Series = series,
            Invariants = [.. parts.SelectMany(report => report.Invariants).GroupBy(one => one.Name).Select(group => new InvariantOutcome(group.Key, group.Sum(one => one.Checked), group.Sum(one => one.Violations)) { Examples = [.. group.SelectMany(one => one.Examples).Take(5)] })],
            Decisions = [.. parts.SelectMany(report => report.Decisions).GroupBy(one => (one.Limit, one.Scenario)).Select(group =>
                new DecisionScore(group.Key.Limit, group.Key.Scenario, group.Sum(one => one.Right), group.Sum(one => one.Wrong), group.Sum(one => one.Uncertain)) { Examples = [.. group.SelectMany(one => one.Examples).Take(5)] })],
            Tokens = [.. parts.SelectMany(report => report.Tokens).OrderByDescending(one => one.Bytes).Take(20)],
        };
        var result = LoadRun.Finish(merged, judge, stoppedBy: null, state: null, interrupted: false);
        return parts.All(report => report.Validity.Valid) ? result : Invalid(result, parts);
    }

    private static void Check(List<(string Directory, LoadReport Report)> shards)
    {
        static CommandException Refuse(string sentence) => new(ExitCode.Incomplete, sentence);
        if (shards.FirstOrDefault(shard => shard.Report.Config.Shard is null) is { Directory: not null } whole)
            throw Refuse($"{whole.Directory} is a whole run, no shard of one.");
        var count = shards[0].Report.Config.Shard!.Count;
        foreach (var (directory, report) in shards)
        {
            if (report.Config.Hash != shards[0].Report.Config.Hash)
                throw Refuse($"{directory} is of another run than {shards[0].Directory}: its configuration has the hash {report.Config.Hash[..12]}, not {shards[0].Report.Config.Hash[..12]}.");
            if (report.Config.Shard!.Count != count)
                throw Refuse($"{directory} is one of {report.Config.Shard.Count} shards, {shards[0].Directory} one of {count}.");
            if (report.Config.Shard.LateMs > LatestStartMs)
                throw Refuse($"{directory} (shard {report.Config.Shard.Index}) began {report.Config.Shard.LateMs:0} ms late: the others bore the load without it. Give a later --start-at.");
        }

        if (shards.GroupBy(shard => shard.Report.Config.Shard!.Index).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Refuse($"Shard {twice.Key} is there twice: {string.Join(" and ", twice.Select(shard => shard.Directory))}.");
        var missing = Enumerable.Range(0, count).Except(shards.Select(shard => shard.Report.Config.Shard!.Index)).ToList();
        if (missing.Count > 0)
            throw Refuse($"Of {count} shards {string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing.");
    }

    // One pass over the logs, second by second: they may be of a day, and none is ever held whole.
    private static List<LoadPoint> Series(List<LoadReport> parts, IEnumerable<string> logs, ThresholdJudge judge, HistogramLog? output)
    {
        using var log = output;
        using var seconds = MergedSeconds.Read(logs).GetEnumerator();
        var more = seconds.MoveNext();
        var series = new List<LoadPoint>();
        foreach (var group in parts.SelectMany(report => report.Series).GroupBy(point => (int)Math.Round(point.AtS)).OrderBy(group => group.Key))
        {
            var width = group.Max(point => point.WidthS);
            var metrics = new Dictionary<MetricKey, Histogram>();
            for (; more && seconds.Current.Second < (group.Key < 0 ? 0 : group.Key + Math.Max(1, Math.Round(width))); more = seconds.MoveNext())
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
        double? At(string kind, double percentile)
        {
            var sum = new Histogram();
            foreach (var (_, histogram) in metrics.Where(pair => pair.Key.Family == "one_way" && pair.Key.Kind == kind))
                sum.Add(histogram);
            return sum.TotalCount > 0 ? sum.ValueAt(percentile) : null;
        }

        return new LoadPoint
        {
            AtS = second,
            WidthS = width,
            Offered = Math.Round(points.Sum(point => point.Offered), 1),
            Achieved = Math.Round(points.Sum(point => point.Achieved), 1),
            P50Us = At("response", 50),
            P99Us = At("response", 99),
            ServiceP99Us = At("service", 99),
            LagP99Us = At("lag", 99),
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

    private static LoadTotals Total(List<LoadReport> parts)
    {
        var all = parts.Select(report => report.Totals).ToList();
        var offered = all.Sum(one => one.Offered);
        return new LoadTotals
        {
            Offered = offered,
            Sent = all.Sum(one => one.Sent),
            Delivered = all.Sum(one => one.Delivered),
            AchievedRatio = offered == 0 ? 0 : all.Sum(one => one.AchievedRatio * one.Offered) / offered,
            BytesSent = all.Sum(one => one.BytesSent),
            BytesReceived = all.Sum(one => one.BytesReceived),
            Connects = all.Sum(one => one.Connects),
            Errors = ScenarioCounts.Union(all.Select(one => one.Errors)),
            Closes = ScenarioCounts.Union(all.Select(one => one.Closes)),
            Scenarios = ScenarioCounts.Sum(all.Select(one => one.Scenarios)),
            GeneratorCpuSeconds = all.Sum(one => one.GeneratorCpuSeconds),
            RelayCpuSeconds = all.Max(one => one.RelayCpuSeconds),
            RelayRssPeakBytes = all.Max(one => one.RelayRssPeakBytes),
        };
    }

    private static LoadReport Invalid(LoadReport merged, List<LoadReport> parts)
    {
        List<string> reasons = [.. parts.Where(report => !report.Validity.Valid).SelectMany(report => report.Validity.Reasons.Select(reason => $"Shard {report.Config.Shard!.Index}: {reason}"))];
        var broken = merged.Invariants.Any(one => one.Violations > 0);
        return merged with
        {
            Validity = merged.Validity with { Valid = false, Reasons = reasons },
            Reasons = [.. reasons, .. merged.Reasons],
            Verdict = broken ? "fail" : "invalid",
            ExitCode = (int)(broken ? ExitCode.NonConformant : ExitCode.Incomplete),
        };
    }
}
