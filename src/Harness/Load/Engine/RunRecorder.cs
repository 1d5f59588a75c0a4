using System.Diagnostics;
using System.Globalization;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load.Engine;

/// <summary>A scenario of a run, and its measurements on each worker.</summary>
/// <param name="MessageSize">Bytes of every message that is timed one way or there and back, or null where they differ.</param>
internal sealed record RecordedScenario(string Name, int? MessageSize, IReadOnlyList<Measurements> Workers);

/// <summary>Collects the workers' measurements once a second: into the totals, the series and the windows of the thresholds.</summary>
/// <param name="nameOf">The label of a direction, or null.</param>
/// <param name="log">Gets the recordings of each second, or null.</param>
internal sealed class RunRecorder(
    RunClock clock, IReadOnlyList<RecordedScenario> scenarios, Func<Direction, string?> nameOf, ProcessSampler sampler, HistogramLog? log)
{
    /// <summary>With more points a report could not be opened; then two points become one.</summary>
    private const int MaximumPoints = 3600;

    // Used by the thread of the run only.
    private readonly Dictionary<MetricKey, Histogram> _totals = [];
    private readonly Dictionary<MetricKey, Histogram> _now = [];
    private readonly List<LoadPoint> _series = [];
    private readonly Dictionary<string, CounterSums> _before = scenarios.ToDictionary(scenario => scenario.Name, _ => CounterSums.None);
    private Dictionary<string, CounterSums> _forgotten = [];
    private bool _isLoading;
    private long _lastTick = Stopwatch.GetTimestamp();
    private double _lastGcMs = ProcessSampler.GeneratorGcPauseMs;
    private double _lastCpu = ProcessSampler.GeneratorCpuSeconds;
    private (double CpuSeconds, long RssBytes)? _lastRelay = sampler.Relay();

    public IReadOnlyList<LoadPoint> Series => _series;

    // So that the shards of a run make the same points, however long each took to connect.
    private int LoadBegins => Math.Max(0, _series.FindIndex(point => point.AtS >= 0));

    /// <summary>The sessions are there and the load begins: everything before it has negative times.</summary>
    public void BeginLoad(Action setClock)
    {
        Tick();
        setClock();
        var began = _series[^1].AtS + _series[^1].WidthS;
        for (var i = 0; i < _series.Count; i++)
            _series[i] = _series[i] with { AtS = Math.Round(_series[i].AtS - began, 3) };
        log?.Write(-began, began, _totals);
        _isLoading = true;
        _lastTick = clock.Start;
    }

    /// <summary>Everything up to now was warm-up, and does not count.</summary>
    public void Forget()
    {
        Tick();
        _totals.Clear();
        _series.Clear();
        _forgotten = new Dictionary<string, CounterSums>(_before);
    }

    public (LoadPoint Point, Interval Interval) Tick()
    {
        var now = Stopwatch.GetTimestamp();
        var width = Math.Max(1, now - _lastTick) / (double)RunClock.Second;
        var atS = clock.Seconds(_lastTick);
        _lastTick = now;
        var active = Drain();
        if (_isLoading)
            log?.Write(atS, width, active);

        var counts = new Dictionary<string, ScenarioCounts>();
        long sent = 0;
        foreach (var scenario in scenarios)
        {
            var sums = CounterSums.Of(scenario.Workers);
            var change = sums.Since(_before[scenario.Name]);
            _before[scenario.Name] = sums;
            sent += change[Counter.BytesSent];
            counts[scenario.Name] = change.ToCounts(Replies(active, scenario));
        }

        var all = ScenarioCounts.Sum(counts.Values);
        var point = Point(atS, width, active) with
        {
            Offered = Math.Round(all.Offered / width, 1),
            Achieved = Math.Round(all.Delivered / width, 1),
            Errors = all.Errors,
            Closes = all.Closes,
            Connections = Math.Max(0, _before.Values.Sum(one => one[Counter.Connections])),
            BytesSent = sent,
            BytesReceived = all.BytesReceived,
            Scenarios = _isLoading ? counts : [],
        };
        _series.Add(point);
        if (_isLoading && _series.Count - LoadBegins > MaximumPoints)
            Halve();
        return (point, new Interval(atS, width, active, counts));
    }

    public LoadTotals Totals(double generatorCpuSeconds, double? relayCpuSeconds)
    {
        CounterSums Counted(RecordedScenario scenario) => _before[scenario.Name].Since(_forgotten.GetValueOrDefault(scenario.Name) ?? CounterSums.None);
        var parts = scenarios.ToDictionary(scenario => scenario, Counted);
        var counts = parts.ToDictionary(pair => pair.Key.Name, pair => pair.Value.ToCounts(Replies(_totals, pair.Key)));
        var sums = ScenarioCounts.Sum(counts.Values);
        return new LoadTotals
        {
            Offered = sums.Offered,
            Sent = parts.Values.Sum(one => one[Counter.Sent]),
            Delivered = sums.Delivered,
            AchievedRatio = sums.Offered == 0 ? 0 : Math.Min(1, sums.Achieved / (double)sums.Offered),
            BytesSent = parts.Values.Sum(one => one[Counter.BytesSent]),
            BytesReceived = sums.BytesReceived,
            Connects = parts.Values.Sum(one => one[Counter.Connects]),
            Errors = sums.Errors,
            Closes = sums.Closes,
            Scenarios = counts,
            GeneratorCpuSeconds = Math.Round(generatorCpuSeconds, 3),
            RelayCpuSeconds = relayCpuSeconds is { } seconds ? Math.Round(seconds, 3) : null,
            RelayRssPeakBytes = _series.Max(point => point.RelayRssBytes),
        };
    }

    public IReadOnlyList<LoadMetric> Metrics() => LoadMetric.Of(_totals);

    private Dictionary<MetricKey, Histogram> Drain()
    {
        foreach (var histogram in _now.Values)
            histogram.Clear();
        foreach (var scenario in scenarios)
        {
            foreach (var worker in scenario.Workers)
                worker.Drain((family, direction, measure) => Place(scenario, family, direction, measure));
        }

        var active = _now.Where(pair => pair.Value.TotalCount > 0).ToDictionary();
        foreach (var (key, histogram) in active)
            (_totals.TryGetValue(key, out var total) ? total : _totals[key] = new Histogram()).Add(histogram);
        return active;
    }

    // Latencies, and the cost of both programs.
    private LoadPoint Point(double atS, double width, Dictionary<MetricKey, Histogram> active)
    {
        var relay = sampler.Relay();
        var cpu = ProcessSampler.GeneratorCpuSeconds;
        var gc = ProcessSampler.GeneratorGcPauseMs;
        Histogram? Latency(Measure measure) =>
            Joined(active, Family.OneWay, measure) ?? Joined(active, Family.Pair, measure) ?? Joined(active, Family.Connect, measure);
        var response = Latency(Measure.Response);
        var point = new LoadPoint
        {
            AtS = Math.Round(atS, 3),
            WidthS = Math.Round(width, 3),
            P50Us = response?.ValueAt(50),
            P99Us = response?.ValueAt(99),
            ServiceP99Us = Latency(Measure.Service)?.ValueAt(99),
            LagP99Us = Joined(active, Family.OneWay, Measure.Lag)?.ValueAt(99),
            RelayCpu = relay is { } now && _lastRelay is { } last ? Math.Round(Math.Max(0, now.CpuSeconds - last.CpuSeconds) / width, 3) : null,
            RelayRssBytes = relay?.RssBytes,
            GeneratorCpu = Math.Round(Math.Max(0, cpu - _lastCpu) / width, 3),
            GeneratorRssBytes = Environment.WorkingSet,
            GeneratorGcPauseMs = Math.Round(gc - _lastGcMs, 2),
        };
        (_lastCpu, _lastGcMs, _lastRelay) = (cpu, gc, relay ?? _lastRelay);
        return point;
    }

    private Histogram Place(RecordedScenario scenario, Family family, Direction direction, Measure measure)
    {
        var size = family is Family.OneWay or Family.RoundTrip ? scenario.MessageSize?.ToString(CultureInfo.InvariantCulture) : null;
        var key = new MetricKey(family, measure, scenario.Name, nameOf(direction), size);
        return _now.TryGetValue(key, out var histogram) ? histogram : _now[key] = new Histogram();
    }

    private static long Replies(Dictionary<MetricKey, Histogram> measured, RecordedScenario scenario) => measured
        .Where(pair => pair.Key is { Family: Family.RoundTrip, Measure: Measure.Service } && pair.Key.Scenario == scenario.Name)
        .Sum(pair => pair.Value.TotalCount);

    private static Histogram? Joined(Dictionary<MetricKey, Histogram> active, Family family, Measure measure)
    {
        Histogram? sum = null;
        foreach (var (_, histogram) in active.Where(pair => pair.Key.Family == family && pair.Key.Measure == measure))
            (sum ??= new Histogram()).Add(histogram);
        return sum;
    }

    private void Halve()
    {
        for (var i = LoadBegins; i + 1 < _series.Count; i++)
        {
            _series[i] = LoadPoint.Join([_series[i], _series[i + 1]]);
            _series.RemoveAt(i + 1);
        }
    }
}
