using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Html;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Compare;

internal enum LoadChange
{
    Worse,

    /// <summary>It was there before and is not any more.</summary>
    Gone,

    /// <summary>Too few measurements to tell.</summary>
    Unclear,

    Better,
    Same,
}

/// <param name="Unit">As in a report's thresholds.</param>
/// <param name="Ratio">Change as a share of what it was; null where that says nothing.</param>
internal sealed record LoadChangeOf(string Name, string Unit, LoadChange Change, double? Before, double? After, double? Ratio);

/// <summary>
/// Two load reports, metric by metric. A change counts where it is larger than the given share and, of a percentile,
/// larger than chance makes it: both intervals of 99 % confidence apart. What differs from run to run beyond that is
/// not known from two runs; the share has to cover it.
/// </summary>
internal sealed record LoadDiff(IReadOnlyList<LoadChangeOf> Changes)
{
    private static readonly IReadOnlyList<(double Percentile, string Name)> Percentiles = [(50, "p50"), (95, "p95"), (99, "p99"), (99.9, "p99.9")];

    public bool IsWorse => Changes.Any(change => change.Change is LoadChange.Worse or LoadChange.Gone);

    /// <param name="share">From which change on it counts: 0.1 is 10 %.</param>
    public static LoadDiff Between(LoadReport before, LoadReport after, double share) =>
        new([.. Safety(before, after), .. Totals(before, after, share), .. Latencies(before, after, share)]);

    // What must never happen at all: any share is too much.
    private static IEnumerable<LoadChangeOf> Safety(LoadReport before, LoadReport after)
    {
        foreach (var name in after.Invariants.Concat(before.Invariants).Select(one => one.Name).Distinct())
        {
            long? Of(LoadReport report) => report.Invariants.FirstOrDefault(one => one.Name == name && one.Checked > 0)?.Violations;
            yield return Absolute($"invariant {name}, violations", Of(before), Of(after));
        }

        foreach (var (limit, scenario) in after.Decisions.Concat(before.Decisions).Select(one => (one.Limit, one.Scenario)).Distinct())
        {
            long? Of(LoadReport report) => report.Decisions.FirstOrDefault(one => one.Limit == limit && one.Scenario == scenario)?.Wrong;
            yield return Absolute($"{limit} of {scenario}, wrong decisions", Of(before), Of(after));
        }

        foreach (var text in after.Thresholds.Concat(before.Thresholds).Select(one => one.Text).Distinct())
        {
            long? Of(LoadReport report) => report.Thresholds.FirstOrDefault(one => one.Text == text) is { } found ? found.Outcome == "met" ? 0 : 1 : null;
            yield return Absolute($"threshold not met: {text}", Of(before), Of(after));
        }
    }

    private static IEnumerable<LoadChangeOf> Totals(LoadReport before, LoadReport after, double share)
    {
        var (achieved, former) = (after.Totals.AchievedRatio, before.Totals.AchievedRatio);
        const double OnePercent = 0.01;
        yield return new LoadChangeOf("achieved of offered", "ratio", achieved < former - OnePercent ? LoadChange.Worse : achieved > former + OnePercent ? LoadChange.Better : LoadChange.Same, former, achieved, null);

        foreach (var code in after.Totals.Errors.Keys.Union(before.Totals.Errors.Keys).Order(StringComparer.Ordinal))
            yield return Counted($"errors {code}", before.Totals.Errors.GetValueOrDefault(code), after.Totals.Errors.GetValueOrDefault(code), before, after, share);
        foreach (var code in after.Totals.Closes.Keys.Union(before.Totals.Closes.Keys).Order(StringComparer.Ordinal))
            yield return Counted($"closes {code}", before.Totals.Closes.GetValueOrDefault(code), after.Totals.Closes.GetValueOrDefault(code), before, after, share);
        double? Cpu(LoadReport report) => report.Totals is { RelayCpuSeconds: { } seconds, Delivered: > 0 } ? seconds * 1e6 / report.Totals.Delivered : null;
        if (Cpu(before) is { } cpuBefore && Cpu(after) is { } cpuAfter)
            yield return Relative("relay CPU per message", "us", cpuBefore, cpuAfter, share);
        if (before.Totals.RelayRssPeakBytes is { } rssBefore && after.Totals.RelayRssPeakBytes is { } rssAfter)
            yield return Relative("relay peak memory", "bytes", rssBefore, rssAfter, share);
        if (before.Capacity is { } capacityBefore && after.Capacity is { } capacityAfter)
        {
            // Intervals that overlap are not apart, whatever their ends say.
            var change = Relative("capacity, sustained", "per_second", capacityBefore.LowRate, capacityAfter.LowRate, share);
            var apart = HighOf(capacityAfter) <= capacityBefore.LowRate || HighOf(capacityBefore) <= capacityAfter.LowRate;
            yield return change with { Change = !apart || change.Change == LoadChange.Same ? LoadChange.Same : capacityAfter.LowRate < capacityBefore.LowRate ? LoadChange.Worse : LoadChange.Better };
        }
    }

    // Where the generator gave way, the relay's upper end is not known.
    private static double? HighOf(CapacityAnswer capacity) => capacity.LimitedBy == "generator" ? null : capacity.HighRate;

    private static IEnumerable<LoadChangeOf> Latencies(LoadReport before, LoadReport after, double share)
    {
        foreach (var former in before.Metrics.Where(metric => metric.Kind != "lag" && metric.Count > 0))
        {
            var name = $"{LoadWords.Family(former.Family)}, {LoadWords.Kind(former.Kind)} ({LoadWords.Labels(former.Labels)})";
            var latter = after.Metrics.FirstOrDefault(metric => metric.Count > 0 && metric.Family == former.Family && metric.Kind == former.Kind && Distribution.LabelsOf(metric) == Distribution.LabelsOf(former));
            if (latter is null)
            {
                yield return new LoadChangeOf(name, "us", LoadChange.Gone, former.P99Us, null, null);
                continue;
            }

            var (one, other) = (HistogramCodec.Decode(former.Histogram), HistogramCodec.Decode(latter.Histogram));
            foreach (var (percentile, word) in Percentiles)
                yield return Percentile($"{name} {word}", one, former.Count, other, latter.Count, percentile, share);
        }
    }

    private static LoadChangeOf Percentile(string name, Histogram before, long countBefore, Histogram after, long countAfter, double percentile, double share)
    {
        var (former, latter) = (before.ValueAt(percentile), after.ValueAt(percentile));
        var change = Relative(name, "us", former, latter, share);
        if (change.Change == LoadChange.Same)
            return change;
        var (first, second) = (QuantileInterval.Of(before, countBefore, percentile), QuantileInterval.Of(after, countAfter, percentile));
        var lower = latter > former ? first.High : second.High;
        var higher = latter > former ? second.Low : first.Low;
        return lower is null ? change with { Change = LoadChange.Unclear } : lower < higher ? change : change with { Change = LoadChange.Same };
    }

    private static LoadChangeOf Relative(string name, string unit, double before, double after, double share)
    {
        double? ratio = before == 0 ? null : (after - before) / before;
        var change = ratio is not { } known ? (after > 0 ? LoadChange.Worse : LoadChange.Same) : known > share ? LoadChange.Worse : known < -share ? LoadChange.Better : LoadChange.Same;
        return new LoadChangeOf(name, unit, change, before, after, ratio);
    }

    private static LoadChangeOf Absolute(string name, long? before, long? after) => new(
        name,
        "count",
        after is null ? (before is null ? LoadChange.Same : LoadChange.Gone) : after > (before ?? 0) ? LoadChange.Worse : after < before ? LoadChange.Better : LoadChange.Same,
        before,
        after,
        null);

    // Per message offered; chance is that of counts: a spread of the root.
    private static LoadChangeOf Counted(string name, long before, long after, LoadReport former, LoadReport latter, double share)
    {
        var scale = former.Totals.Offered == 0 ? 1 : latter.Totals.Offered / (double)former.Totals.Offered;
        var expected = before * scale;
        var change = Math.Abs(after - expected) <= Math.Max(share * expected, 3 * Math.Sqrt(Math.Max(expected, after)))
            ? LoadChange.Same
            : after > expected ? LoadChange.Worse : LoadChange.Better;
        return new LoadChangeOf(name, "count", change, before, after, expected == 0 ? null : (after - expected) / expected);
    }
}
