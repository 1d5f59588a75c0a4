using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Html;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Compare;

internal enum LoadChange
{
    Worse,

    /// <summary>It is no longer measured.</summary>
    Gone,

    /// <summary>Too few measurements to tell.</summary>
    Unclear,

    Better,
    Same,
}

/// <param name="Ratio">The change as a share of the earlier value; null where that says nothing.</param>
internal sealed record LoadChangeOf(string Name, Unit Unit, LoadChange Change, double? Before, double? After, double? Ratio);

/// <summary>
/// Compares two load reports, metric by metric. A change counts where it is larger than the given share and, of a
/// percentile, larger than chance: both intervals of 99 % confidence are apart. Two runs do not show how much runs differ
/// beyond that; the share has to cover it.
/// </summary>
internal sealed record LoadDiff(IReadOnlyList<LoadChangeOf> Changes)
{
    private static readonly IReadOnlyList<(double Percentile, string Name)> Percentiles = [(50, "p50"), (95, "p95"), (99, "p99"), (99.9, "p99.9")];

    public bool IsWorse => Changes.Any(change => change.Change is LoadChange.Worse or LoadChange.Gone);

    /// <param name="share">The smallest change that counts: 0.1 is 10 %.</param>
    public static LoadDiff Between(LoadReport before, LoadReport after, double share) =>
        new([.. Safety(before, after), .. Totals(before, after, share), .. Latencies(before, after, share)]);

    // Must never happen at all: any share is too much.
    private static IEnumerable<LoadChangeOf> Safety(LoadReport before, LoadReport after)
    {
        foreach (var name in after.Invariants.Concat(before.Invariants).Select(one => one.Name).Distinct())
        {
            long? Of(LoadReport report) => report.Invariants.FirstOrDefault(one => one.Name == name && one.Checked > 0)?.Violations;
            yield return Absolute($"invariant {Word.Of(name)}, violations", Of(before), Of(after));
        }

        foreach (var (limit, scenario) in after.Decisions.Concat(before.Decisions).Select(one => (one.Limit, one.Scenario)).Distinct())
        {
            long? Of(LoadReport report) => report.Decisions.FirstOrDefault(one => one.Limit == limit && one.Scenario == scenario)?.Wrong;
            yield return Absolute($"{limit} of {scenario}, wrong decisions", Of(before), Of(after));
        }

        foreach (var text in after.Thresholds.Concat(before.Thresholds).Select(one => one.Text).Distinct())
        {
            long? Of(LoadReport report) =>
                report.Thresholds.FirstOrDefault(one => one.Text == text) is { } found ? found.Outcome == ThresholdResult.Met ? 0 : 1 : null;
            yield return Absolute($"threshold not met: {text}", Of(before), Of(after));
        }
    }

    private static IEnumerable<LoadChangeOf> Totals(LoadReport before, LoadReport after, double share)
    {
        var (was, now) = (before.Totals, after.Totals);
        const double OnePercent = 0.01;
        var change = now.AchievedRatio < was.AchievedRatio - OnePercent ? LoadChange.Worse
            : now.AchievedRatio > was.AchievedRatio + OnePercent ? LoadChange.Better : LoadChange.Same;
        yield return new LoadChangeOf("achieved of offered", Unit.Ratio, change, was.AchievedRatio, now.AchievedRatio, null);

        var scale = was.Offered == 0 ? 1 : now.Offered / (double)was.Offered;
        foreach (var (name, former, latter) in new[] { ("errors", was.Errors, now.Errors), ("closes", was.Closes, now.Closes) })
        {
            foreach (var code in latter.Keys.Union(former.Keys).Order(StringComparer.Ordinal))
                yield return Counted($"{name} {code}", former.GetValueOrDefault(code), latter.GetValueOrDefault(code), scale, share);
        }

        static double? Cpu(LoadTotals totals) => totals is { RelayCpuSeconds: { } seconds, Delivered: > 0 } ? seconds * 1e6 / totals.Delivered : null;
        if (Cpu(was) is { } cpuBefore && Cpu(now) is { } cpuAfter)
            yield return Relative("relay CPU per message", Unit.Microseconds, cpuBefore, cpuAfter, share);
        if (was.RelayRssPeakBytes is { } rssBefore && now.RelayRssPeakBytes is { } rssAfter)
            yield return Relative("relay peak memory", Unit.Bytes, rssBefore, rssAfter, share);
        if (before.Capacity is { } capacityBefore && after.Capacity is { } capacityAfter)
            yield return Capacity(capacityBefore, capacityAfter, share);
    }

    // Intervals that overlap are not apart, whatever their ends say.
    private static LoadChangeOf Capacity(CapacityAnswer before, CapacityAnswer after, double share)
    {
        var change = Relative("capacity, sustained", Unit.PerSecond, before.LowRate, after.LowRate, share);
        var apart = HighOf(after) <= before.LowRate || HighOf(before) <= after.LowRate;
        return !apart || change.Change == LoadChange.Same ? change with { Change = LoadChange.Same }
            : change with { Change = after.LowRate < before.LowRate ? LoadChange.Worse : LoadChange.Better };
    }

    // Where the generator gave way, the relay's upper end is not known.
    private static double? HighOf(CapacityAnswer capacity) => capacity.LimitedBy == CapacityLimit.Generator ? null : capacity.HighRate;

    private static IEnumerable<LoadChangeOf> Latencies(LoadReport before, LoadReport after, double share)
    {
        foreach (var former in before.Metrics.Where(metric => metric.Kind != Measure.Lag && metric.Count > 0))
        {
            var name = $"{LoadWords.Of(former.Family)}, {LoadWords.Of(former.Kind)} ({LoadWords.Labels(former.Labels)})";
            var latter = after.Metrics.FirstOrDefault(metric => metric.Count > 0 && metric.Key == former.Key);
            if (latter is null)
            {
                yield return new LoadChangeOf(name, Unit.Microseconds, LoadChange.Gone, former.P99Us, null, null);
                continue;
            }

            var (one, other) = (HistogramCodec.Decode(former.Histogram), HistogramCodec.Decode(latter.Histogram));
            foreach (var (percentile, word) in Percentiles)
                yield return Percentile($"{name} {word}", one, former.Count, other, latter.Count, percentile, share);
        }
    }

    private static LoadChangeOf Percentile(
        string name, Histogram before, long countBefore, Histogram after, long countAfter, double percentile, double share)
    {
        var (former, latter) = (before.ValueAt(percentile), after.ValueAt(percentile));
        var change = Relative(name, Unit.Microseconds, former, latter, share);
        if (change.Change == LoadChange.Same)
            return change;
        var (first, second) = (QuantileInterval.Of(before, countBefore, percentile), QuantileInterval.Of(after, countAfter, percentile));
        var lower = latter > former ? first.High : second.High;
        var higher = latter > former ? second.Low : first.Low;
        return lower is null ? change with { Change = LoadChange.Unclear } : lower < higher ? change : change with { Change = LoadChange.Same };
    }

    private static LoadChangeOf Relative(string name, Unit unit, double before, double after, double share)
    {
        double? ratio = before == 0 ? null : (after - before) / before;
        var change = ratio is not { } known ? (after > 0 ? LoadChange.Worse : LoadChange.Same)
            : known > share ? LoadChange.Worse
            : known < -share ? LoadChange.Better : LoadChange.Same;
        return new LoadChangeOf(name, unit, change, before, after, ratio);
    }

    private static LoadChangeOf Absolute(string name, long? before, long? after)
    {
        var change = after is null ? (before is null ? LoadChange.Same : LoadChange.Gone)
            : after > (before ?? 0) ? LoadChange.Worse
            : after < before ? LoadChange.Better : LoadChange.Same;
        return new LoadChangeOf(name, Unit.Count, change, before, after, null);
    }

    // Chance is that of counts: a spread of the root.
    private static LoadChangeOf Counted(string name, long before, long after, double scale, double share)
    {
        var expected = before * scale;
        var change = Math.Abs(after - expected) <= Math.Max(share * expected, 3 * Math.Sqrt(Math.Max(expected, after)))
            ? LoadChange.Same
            : after > expected ? LoadChange.Worse : LoadChange.Better;
        return new LoadChangeOf(name, Unit.Count, change, before, after, expected == 0 ? null : (after - expected) / expected);
    }
}
