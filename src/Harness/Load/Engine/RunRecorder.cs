using System.Diagnostics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Gathers, once a second, what the workers have recorded: into the totals, the series and the windows of the thresholds.</summary>
internal sealed class RunRecorder(RunClock clock, IReadOnlyList<ScenarioRun> scenarios, IReadOnlyDictionary<(int Scenario, int Worker), Measurements> measurements, ProcessSampler sampler, HistogramLog? log)
{
    /// <summary>More would make a report nobody can open; then two points become one.</summary>
    private const int MaximumPoints = 3600;

    private readonly Dictionary<MetricKey, Histogram> _totals = [];
    private readonly Dictionary<MetricKey, Histogram> _now = [];
    private readonly List<LoadPoint> _series = [];
    private readonly Dictionary<string, Sums> _before = [];
    private readonly Dictionary<string, Sums> _forgotten = [];
    private bool _isLoading;
    private long _lastTick = Stopwatch.GetTimestamp();
    private double _lastGcMs = ProcessSampler.GeneratorGcPauseMs;
    private double _lastCpu = ProcessSampler.GeneratorCpuSeconds;
    private (double CpuSeconds, long RssBytes)? _lastRelay = sampler.Relay();

    private sealed record Sums(long Offered, long Sent, long Delivered, long BytesSent, long BytesReceived, long Connections, long Connects, IReadOnlyDictionary<string, long> Errors, IReadOnlyDictionary<string, long> Closes);

    public IReadOnlyList<LoadPoint> Series => _series;

    public IReadOnlyDictionary<MetricKey, Histogram> Totals => _totals;

    /// <summary>The sessions are there and the load begins: what came before lies at negative times.</summary>
    public void BeginLoad(Action setClock)
    {
        Tick();
        setClock();
        var began = _series.Count == 0 ? 0 : _series[^1].AtS + _series[^1].WidthS;
        for (var i = 0; i < _series.Count; i++)
            _series[i] = _series[i] with { AtS = Math.Round(_series[i].AtS - began, 3) };
        log?.Write(-began, began, _totals);
        _isLoading = true;
        _lastTick = clock.Start;
    }

    /// <summary>What was so far was warm-up, and counts for nothing.</summary>
    public void Forget()
    {
        Tick();
        _totals.Clear();
        _series.Clear();
        foreach (var scenario in scenarios)
            _forgotten[scenario.Profile.Name] = _before[scenario.Profile.Name];
    }

    public (LoadPoint Point, Interval Interval) Tick()
    {
        var now = Stopwatch.GetTimestamp();
        var width = Math.Max(1, now - _lastTick) / (double)RunClock.Second;
        var atS = clock.Seconds(_lastTick);
        _lastTick = now;

        foreach (var histogram in _now.Values)
            histogram.Clear();
        foreach (var ((scenario, _), measured) in measurements)
            measured.Drain((family, way, measure) => Place(scenarios[scenario], family, way, measure));
        var active = _now.Where(pair => pair.Value.TotalCount > 0).ToDictionary();
        foreach (var (key, histogram) in active)
            (_totals.TryGetValue(key, out var total) ? total : _totals[key] = new Histogram()).Add(histogram);
        if (_isLoading)
            log?.Write(atS, width, active);

        var counts = new Dictionary<string, ScenarioCounts>();
        var all = new List<Sums>();
        foreach (var scenario in scenarios)
        {
            var sums = Sum(measurements.Where(pair => pair.Key.Scenario == scenario.Number).Select(pair => pair.Value));
            var change = Less(sums, _before.GetValueOrDefault(scenario.Profile.Name));
            _before[scenario.Profile.Name] = sums;
            all.Add(change);
            counts[scenario.Profile.Name] = Counts(scenario, change, active);
        }

        var relay = sampler.Relay();
        var cpu = ProcessSampler.GeneratorCpuSeconds;
        var gc = ProcessSampler.GeneratorGcPauseMs;
        Histogram? Latency(Measure measure) => Joined(active, "one_way", measure) ?? Joined(active, "pair", measure) ?? Joined(active, "connect", measure);
        var point = new LoadPoint
        {
            AtS = Math.Round(atS, 3),
            WidthS = Math.Round(width, 3),
            Offered = Math.Round(all.Sum(one => one.Offered) / width, 1),
            Achieved = Math.Round(all.Sum(one => one.Delivered) / width, 1),
            P50Us = Latency(Measure.Response)?.ValueAt(50),
            P99Us = Latency(Measure.Response)?.ValueAt(99),
            ServiceP99Us = Latency(Measure.Service)?.ValueAt(99),
            LagP99Us = Joined(active, "one_way", Measure.Lag)?.ValueAt(99),
            Errors = ScenarioCounts.Union(all.Select(one => one.Errors)),
            Closes = ScenarioCounts.Union(all.Select(one => one.Closes)),
            Connections = Math.Max(0, _before.Values.Sum(one => one.Connections)),
            BytesSent = all.Sum(one => one.BytesSent),
            BytesReceived = all.Sum(one => one.BytesReceived),
            RelayCpu = relay is { } is_ && _lastRelay is { } was ? Math.Round(Math.Max(0, is_.CpuSeconds - was.CpuSeconds) / width, 3) : null,
            RelayRssBytes = relay?.RssBytes,
            GeneratorCpu = Math.Round(Math.Max(0, cpu - _lastCpu) / width, 3),
            GeneratorRssBytes = Environment.WorkingSet,
            GeneratorGcPauseMs = Math.Round(gc - _lastGcMs, 2),
            Scenarios = _isLoading ? counts : [],
        };
        (_lastCpu, _lastGcMs, _lastRelay) = (cpu, gc, relay ?? _lastRelay);
        _series.Add(point);
        if (_isLoading && _series.Count - LoadBegins > MaximumPoints)
            Halve();
        return (point, new Interval(atS, width, active, counts));
    }

    public LoadTotals Totalled(double generatorCpuSeconds, double? relayCpuSeconds)
    {
        var parts = scenarios.ToDictionary(scenario => scenario, scenario => Less(_before[scenario.Profile.Name], _forgotten.GetValueOrDefault(scenario.Profile.Name)));
        var counts = parts.ToDictionary(pair => pair.Key.Profile.Name, pair => Counts(pair.Key, pair.Value, _totals));
        var sums = ScenarioCounts.Sum(counts.Values);
        return new LoadTotals
        {
            Offered = sums.Offered,
            Sent = parts.Values.Sum(one => one.Sent),
            Delivered = sums.Delivered,
            AchievedRatio = sums.Offered == 0 ? 0 : Math.Min(1, sums.Achieved / (double)sums.Offered),
            BytesSent = parts.Values.Sum(one => one.BytesSent),
            BytesReceived = sums.BytesReceived,
            Connects = parts.Values.Sum(one => one.Connects),
            Errors = sums.Errors,
            Closes = sums.Closes,
            Scenarios = counts,
            GeneratorCpuSeconds = Math.Round(generatorCpuSeconds, 3),
            RelayCpuSeconds = relayCpuSeconds is { } seconds ? Math.Round(seconds, 3) : null,
            RelayRssPeakBytes = _series.Max(point => point.RelayRssBytes),
        };
    }

    public IReadOnlyList<LoadMetric> Metrics() => [.. _totals.OrderBy(pair => pair.Key.Tag, StringComparer.Ordinal).Select(pair => MetricOf(pair.Key, pair.Value))];

    public static LoadMetric MetricOf(MetricKey key, Histogram histogram)
    {
        var summary = histogram.Summarise();
        return new LoadMetric(key.Family, key.Kind, key.Labels)
        {
            Count = summary.Count,
            MinUs = summary.Min,
            MeanUs = Math.Round(summary.Mean, 2),
            StdDevUs = Math.Round(summary.StdDev, 2),
            P50Us = histogram.ValueAt(50),
            P90Us = histogram.ValueAt(90),
            P95Us = histogram.ValueAt(95),
            P99Us = histogram.ValueAt(99),
            P999Us = histogram.ValueAt(99.9),
            P9999Us = histogram.ValueAt(99.99),
            MaxUs = summary.Max,
            Histogram = HistogramCodec.Encode(histogram),
        };
    }

    // So that the shards of a run make the same points, however long each took to connect.
    private int LoadBegins => Math.Max(0, _series.FindIndex(point => point.AtS >= 0));

    // A reply is delivered, but only its question was offered.
    private static ScenarioCounts Counts(ScenarioRun scenario, Sums sums, Dictionary<MetricKey, Histogram> measured)
    {
        var replies = measured.Where(pair => pair.Key is { Family: "round_trip", Kind: "service" } && pair.Key.Scenario == scenario.Profile.Name).Sum(pair => pair.Value.TotalCount);
        return new ScenarioCounts(sums.Offered, Math.Max(0, sums.Delivered + Answered(sums.Errors, scenario) - replies), sums.Delivered, sums.BytesReceived, sums.Errors, sums.Closes);
    }

    // Where limits are what is tested, a refusal is an answer.
    private static long Answered(IReadOnlyDictionary<string, long> errors, ScenarioRun scenario) =>
        scenario.Run.Scores.Count == 0 ? 0 : errors.Where(error => error.Key is "RATE_LIMITED" or "DAILY_QUOTA_EXCEEDED" or "MONTHLY_QUOTA_EXCEEDED").Sum(error => error.Value);

    private Histogram Place(ScenarioRun scenario, Family family, Way way, Measure measure)
    {
        var key = new MetricKey(
            Spelling(family), measure.ToString().ToLowerInvariant(), scenario.Profile.Name,
            way switch { Way.PhoneToAgent => "phone-to-agent", Way.AgentToPhone => "agent-to-phone", _ => null },
            family is Family.OneWay or Family.RoundTrip && scenario.Flow is not ("chat" or "stream") ? scenario.Profile.Messages?.Size.Bytes?.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        return _now.TryGetValue(key, out var histogram) ? histogram : _now[key] = new Histogram();
    }

    private static string Spelling(Family family) => family switch
    {
        Family.OneWay => "one_way",
        Family.RoundTrip => "round_trip",
        Family.FirstToken => "first_token",
        Family.TokenGap => "token_gap",
        Family.LastToken => "last_token",
        _ => family.ToString().ToLowerInvariant(),
    };

    private static Histogram? Joined(Dictionary<MetricKey, Histogram> active, string family, Measure measure)
    {
        var kind = measure.ToString().ToLowerInvariant();
        Histogram? sum = null;
        foreach (var (_, histogram) in active.Where(pair => pair.Key.Family == family && pair.Key.Kind == kind))
            (sum ??= new Histogram()).Add(histogram);
        return sum;
    }

    private static Sums Sum(IEnumerable<Measurements> parts)
    {
        var all = parts.ToList();
        return new Sums(
            all.Sum(one => one.Offered), all.Sum(one => one.Sent), all.Sum(one => one.Delivered), all.Sum(one => one.BytesSent), all.Sum(one => one.BytesReceived),
            all.Sum(one => one.Connections), all.Sum(one => one.Connects), ScenarioCounts.Union(all.Select(one => one.Errors)), ScenarioCounts.Union(all.Select(one => one.Closes)));
    }

    private static Sums Less(Sums now, Sums? before) => before is null ? now : new Sums(
        now.Offered - before.Offered, now.Sent - before.Sent, now.Delivered - before.Delivered, now.BytesSent - before.BytesSent, now.BytesReceived - before.BytesReceived,
        now.Connections, now.Connects - before.Connects, Less(now.Errors, before.Errors), Less(now.Closes, before.Closes));

    private static Dictionary<string, long> Less(IReadOnlyDictionary<string, long> now, IReadOnlyDictionary<string, long> before) =>
        now.Select(pair => KeyValuePair.Create(pair.Key, pair.Value - before.GetValueOrDefault(pair.Key))).Where(pair => pair.Value > 0).ToDictionary();

    private void Halve()
    {
        for (var i = LoadBegins; i + 1 < _series.Count; i++)
        {
            var (a, b) = (_series[i], _series[i + 1]);
            var width = a.WidthS + b.WidthS;
            double Mean(double x, double y) => Math.Round((x * a.WidthS + y * b.WidthS) / width, 3);
            _series[i] = b with
            {
                AtS = a.AtS,
                WidthS = Math.Round(width, 3),
                Offered = Mean(a.Offered, b.Offered),
                Achieved = Mean(a.Achieved, b.Achieved),
                P50Us = Worse(a.P50Us, b.P50Us),
                P99Us = Worse(a.P99Us, b.P99Us),
                ServiceP99Us = Worse(a.ServiceP99Us, b.ServiceP99Us),
                LagP99Us = Worse(a.LagP99Us, b.LagP99Us),
                Errors = ScenarioCounts.Union([a.Errors, b.Errors]),
                Closes = ScenarioCounts.Union([a.Closes, b.Closes]),
                BytesSent = a.BytesSent + b.BytesSent,
                BytesReceived = a.BytesReceived + b.BytesReceived,
                RelayCpu = a.RelayCpu is { } first && b.RelayCpu is { } second ? Mean(first, second) : a.RelayCpu ?? b.RelayCpu,
                GeneratorCpu = Mean(a.GeneratorCpu, b.GeneratorCpu),
                GeneratorGcPauseMs = a.GeneratorGcPauseMs + b.GeneratorGcPauseMs,
                Scenarios = ScenarioCounts.Sum([a.Scenarios, b.Scenarios]),
            };
            _series.RemoveAt(i + 1);
        }
    }

    private static double? Worse(double? a, double? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
}
