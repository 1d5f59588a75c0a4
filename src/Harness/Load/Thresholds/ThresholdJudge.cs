using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>A second of a run: its recordings by metric.</summary>
/// <param name="Counts">By scenario.</param>
public sealed record Interval(
    double AtS, double WidthS, IReadOnlyDictionary<MetricKey, Histogram> Histograms, IReadOnlyDictionary<string, ScenarioCounts> Counts);

/// <summary>Judges the thresholds of a run: windows as they pass, the rest at the end.</summary>
public sealed class ThresholdJudge(IReadOnlyList<Threshold> thresholds, LoadReport? baseline)
{
    private readonly Dictionary<Threshold, ThresholdWindows> _windows =
        thresholds.Where(one => one.Over is not null).ToDictionary(one => one, one => new ThresholdWindows(one));

    private readonly bool _hasEarlyEnd = thresholds.Any(one => one is { Aborts: true, Over: null });

    /// <summary>A second has passed.</summary>
    /// <returns>A threshold whose miss stops the run, or null.</returns>
    public Threshold? Observe(Interval interval)
    {
        Threshold? stop = null;
        foreach (var (threshold, windows) in _windows)
        {
            if (windows.Add(interval))
                stop ??= threshold;
        }

        return stop;
    }

    /// <summary>Looks at the thresholds without windows that stop the run once they are missed for good.</summary>
    /// <param name="soFar">Called only if there are any.</param>
    public Threshold? Passing(Func<LoadReport> soFar)
    {
        if (!_hasEarlyEnd)
            return null;
        var report = soFar();
        return thresholds.FirstOrDefault(one => one.Aborts && ThresholdValue.Of(one, report) is { } value && one.IsLost(value));
    }

    public IReadOnlyList<ThresholdOutcome> Judge(LoadReport report, Threshold? stoppedBy) =>
        [.. thresholds.Select(one => Find(one, report, stoppedBy == one).ToOutcome())];

    private ThresholdFinding Find(Threshold threshold, LoadReport report, bool stopped)
    {
        if (_windows.TryGetValue(threshold, out var windows))
            return windows.Find(stopped);
        var value = threshold.IsDelta ? Delta(threshold, report) : ThresholdValue.Of(threshold, report);
        var result = value is not { } measured ? ThresholdResult.NotJudged : threshold.Holds(measured) ? ThresholdResult.Met : ThresholdResult.Missed;
        return new ThresholdFinding(threshold, result, value, 0, baseline is not null, stopped);
    }

    private double? Delta(Threshold threshold, LoadReport report)
    {
        if (baseline is null || ThresholdValue.Of(threshold, report) is not { } now || ThresholdValue.Of(threshold, baseline) is not { } before || before == 0)
            return null;
        return (now - before) / before;
    }
}
