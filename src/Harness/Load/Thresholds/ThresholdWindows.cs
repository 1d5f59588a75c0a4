using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>The windows of one threshold: the one that is being filled, and what was found in those before it.</summary>
internal sealed class ThresholdWindows(Threshold threshold)
{
    // A tick is a little early or late.
    private const double Tolerance = 0.5;

    // The window that is being filled.
    private readonly Histogram _histogram = new();
    private readonly List<ScenarioCounts> _counts = [];
    private double _seconds;

    // The windows before it.
    private int _judged;
    private double? _worst;
    private bool _missed;
    private bool _aborted;

    /// <returns>Whether a window ended whose miss stops the run.</returns>
    public bool Add(Interval interval)
    {
        foreach (var (key, histogram) in interval.Histograms)
        {
            if (threshold.Covers(key))
                _histogram.Add(histogram);
        }

        var scenario = threshold.Labels.GetValueOrDefault("scenario");
        _counts.AddRange(interval.Counts.Where(pair => scenario is null || pair.Key == scenario).Select(pair => pair.Value));
        _seconds += interval.WidthS;
        if (_seconds + Tolerance < threshold.Over)
            return false;
        var stops = Value() is { } value && Judge(value);
        _histogram.Clear();
        _counts.Clear();
        _seconds = 0;
        return stops;
    }

    public ThresholdFinding Find(bool stopped)
    {
        var result = _missed ? ThresholdResult.Missed : _judged >= threshold.Windows ? ThresholdResult.Met : ThresholdResult.NotJudged;
        return new ThresholdFinding(threshold, result, _worst, _judged, HasBaseline: false, stopped || _aborted);
    }

    private double? Value() => threshold.IsLatency ? ThresholdValue.Statistic(threshold, _histogram)
        : _counts.Count == 0 ? null : ThresholdValue.Counted(threshold, ScenarioCounts.Sum(_counts), _seconds);

    private bool Judge(double value)
    {
        _judged++;
        var misses = !threshold.Holds(value);
        if ((misses && !_missed) || _worst is not { } worst || (misses == _missed && threshold.IsWorse(value, worst)))
            _worst = value;
        _missed |= misses;
        _aborted |= misses && threshold.Aborts;
        return misses && threshold.Aborts;
    }
}
