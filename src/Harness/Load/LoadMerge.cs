using CoralMux.Harness.Commands;
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
    /// <exception cref="CommandException">A shard is missing, doubled, late, or of another run (exit 4); a report cannot be read (exit 2).</exception>
    public static LoadReport Merge(IReadOnlyList<string> directories, LoadReport? baseline)
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

        var seconds = Seconds(shards.Select(shard => Path.Combine(shard.Directory, "latency.hlog")));
        var series = Series(parts, seconds);
        var profile = ProfileFile.FromJson(first.Config.Profile);
        var judge = new ThresholdJudge([.. profile.Thresholds.Select(Threshold.Parse)], baseline);
        foreach (var point in series.Where(point => point.AtS >= 0))
        {
            var second = (int)Math.Round(point.AtS);
            judge.Observe(new Interval(point.AtS, point.WidthS, seconds.GetValueOrDefault(second) ?? [], new Dictionary<string, IntervalCounts>
            {
                [""] = new((long)Math.Round(point.Offered * point.WidthS), (long)Math.Round(point.Achieved * point.WidthS), 0, point.BytesReceived, point.Errors, point.Closes),
            }));
        }

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

    private static Dictionary<int, Dictionary<MetricKey, Histogram>> Seconds(IEnumerable<string> logs)
    {
        var seconds = new Dictionary<int, Dictionary<MetricKey, Histogram>>();
        foreach (var (atS, _, key, histogram) in logs.Where(File.Exists).SelectMany(HistogramLog.Read).Where(line => line.AtS >= 0))
        {
            var second = (int)Math.Round(atS);
            var metrics = seconds.TryGetValue(second, out var known) ? known : seconds[second] = [];
            (metrics.TryGetValue(key, out var sum) ? sum : metrics[key] = new Histogram()).Add(histogram);
        }

        return seconds;
    }

    private static List<LoadPoint> Series(List<LoadReport> parts, Dictionary<int, Dictionary<MetricKey, Histogram>> seconds) =>
    [
        .. parts.SelectMany(report => report.Series).GroupBy(point => (int)Math.Round(point.AtS)).OrderBy(group => group.Key).Select(group =>
        {
            var metrics = seconds.GetValueOrDefault(group.Key);
            double? At(string kind, double percentile)
            {
                var sum = new Histogram();
                foreach (var (_, histogram) in metrics?.Where(pair => pair.Key.Family == "one_way" && pair.Key.Kind == kind) ?? [])
                    sum.Add(histogram);
                return sum.TotalCount > 0 ? sum.ValueAt(percentile) : null;
            }

            return new LoadPoint
            {
                AtS = group.Key,
                WidthS = group.Max(point => point.WidthS),
                Offered = Math.Round(group.Sum(point => point.Offered), 1),
                Achieved = Math.Round(group.Sum(point => point.Achieved), 1),
                P50Us = At("response", 50),
                P99Us = At("response", 99),
                ServiceP99Us = At("service", 99),
                LagP99Us = At("lag", 99),
                Errors = Union(group.Select(point => point.Errors)),
                Closes = Union(group.Select(point => point.Closes)),
                Connections = group.Sum(point => point.Connections),
                BytesSent = group.Sum(point => point.BytesSent),
                BytesReceived = group.Sum(point => point.BytesReceived),
                RelayCpu = group.Max(point => point.RelayCpu),
                RelayRssBytes = group.Max(point => point.RelayRssBytes),
                GeneratorCpu = group.Max(point => point.GeneratorCpu),
                GeneratorRssBytes = group.Max(point => point.GeneratorRssBytes),
                GeneratorGcPauseMs = group.Max(point => point.GeneratorGcPauseMs),
            };
        }),
    ];

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
            Errors = Union(all.Select(one => one.Errors)),
            Closes = Union(all.Select(one => one.Closes)),
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

    private static Dictionary<string, long> Union(IEnumerable<IReadOnlyDictionary<string, long>> parts) =>
        parts.SelectMany(part => part).GroupBy(pair => pair.Key).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
}
