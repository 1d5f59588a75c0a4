using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Judgement;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load.Shards;

/// <summary>Joins the shards of one run: every histogram is the exact sum, and the thresholds are judged on it.</summary>
public static class LoadMerge
{
    private const int MaximumExamples = 5;

    /// <param name="directories">The <c>--out</c> directories of the shards.</param>
    /// <param name="log">Opened once the shards fit together; gets the recordings of all of them, second by second. Null: they go nowhere.</param>
    /// <exception cref="CommandException">
    /// A shard is missing, there twice, late, or of another run (exit 4); a report or log cannot be read (exit 2).
    /// </exception>
    public static LoadReport Merge(IReadOnlyList<string> directories, LoadReport? baseline, Func<DateTimeOffset, HistogramLog>? log = null)
    {
        var shards = directories.Select(directory => new StoredShard(directory, LoadReportFile.Read(Path.Combine(directory, "report.json")))).ToList();
        StoredShard.CheckTogether(shards);
        var parts = shards.Select(shard => shard.Report).OrderBy(report => report.Config.Shard!.Index).ToList();
        var startedAt = parts.Min(report => report.StartedAt);
        var judge = new ThresholdJudge(Threshold.Of(ProfileFile.FromJson(parts[0].Config.Profile)), baseline);
        var totals = parts.SelectMany(report => report.Metrics).GroupBy(metric => metric.Key).ToDictionary(group => group.Key, LoadMetric.Sum);
        var merged = parts[0] with
        {
            Config = parts[0].Config with { Shard = null },
            StartedAt = startedAt,
            DurationMs = parts.Max(report => report.DurationMs),
            Totals = Total([.. parts.Select(report => report.Totals)]),
            Metrics = LoadMetric.Of(totals),
            Series = MergedSeries.Read(parts, shards.Select(shard => Path.Combine(shard.Directory, "latency.hlog")), judge, log?.Invoke(startedAt)),
            Invariants = Invariants(parts),
            Decisions = Decisions(parts),
            Tokens = [.. parts.SelectMany(report => report.Tokens).OrderByDescending(one => one.Bytes).Take(LoadReport.MaximumTokens)],
        };
        var result = RunJudgement.Conclude(merged, judge, stoppedBy: null, RunTrouble.None);
        return parts.All(report => report.Validity.Valid) ? result : Invalid(result, parts);
    }

    private static List<InvariantOutcome> Invariants(List<LoadReport> parts) =>
    [
        .. parts.SelectMany(report => report.Invariants).GroupBy(one => one.Name).Select(group =>
            new InvariantOutcome(group.Key, group.Sum(one => one.Checked), group.Sum(one => one.Violations))
            {
                Examples = [.. group.SelectMany(one => one.Examples).Take(MaximumExamples)],
            }),
    ];

    private static List<DecisionScore> Decisions(List<LoadReport> parts) =>
    [
        .. parts.SelectMany(report => report.Decisions).GroupBy(one => (one.Limit, one.Scenario)).Select(group =>
            new DecisionScore(group.Key.Limit, group.Key.Scenario, group.Sum(one => one.Right), group.Sum(one => one.Wrong), group.Sum(one => one.Uncertain))
            {
                Examples = [.. group.SelectMany(one => one.Examples).Take(MaximumExamples)],
            }),
    ];

    private static LoadTotals Total(List<LoadTotals> all)
    {
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
        List<string> reasons = [.. parts.SelectMany(report => report.Validity.Reasons.Select(reason => $"Shard {report.Config.Shard!.Index}: {reason}"))];
        return RunJudgement.WithVerdict(merged with
        {
            Validity = merged.Validity with { Valid = false, Reasons = reasons },
            Reasons = [.. reasons, .. merged.Reasons],
        });
    }
}
