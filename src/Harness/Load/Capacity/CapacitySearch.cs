using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;

namespace CoralMux.Harness.Load.Capacity;

/// <summary>A step of the search, and what is known before (or after) it: the answer is between the two rates.</summary>
/// <param name="High">Null while nothing has given way.</param>
public sealed record CapacityTry(int Number, SearchPhase Phase, double Rate, double Low, double? High);

/// <summary>Finds the highest sustainable load: a geometric climb until something gives way, then bisection, then a confirmation.</summary>
/// <param name="step">Runs one step at a rate in messages a second: warm-up, hold, drain.</param>
/// <param name="precision">Width of the answer, as a share of its upper end.</param>
public sealed class CapacitySearch(Func<double, CancellationToken, Task<LoadReport>> step, double startRate, double highestRate, double precision)
{
    private const double ClimbFactor = 2;
    private const double BusyRelay = 0.9;

    /// <summary>The search ends where it would go below this share of the first rate.</summary>
    private const double LowestShare = 1 / 64.0;

    private readonly List<CapacityStep> _steps = [];
    private double _low;
    private double _high = double.PositiveInfinity;

    // The reports of the highest sustained step, of the lowest that was not, and of the first that violated an invariant.
    private LoadReport? _best;
    private LoadReport? _failed;
    private LoadReport? _violated;

    public Action<CapacityTry>? OnBegin { get; init; }

    public Action<CapacityStep, CapacityTry>? OnStep { get; init; }

    private double? High => double.IsInfinity(_high) ? null : _high;

    /// <returns>
    /// With the answer: the report of the first step that violated an invariant; else of the highest that was sustained twice;
    /// else of the first step.
    /// </returns>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        for (var rate = startRate; _violated is null && High is null && rate <= highestRate; rate *= ClimbFactor)
            await TryAsync(SearchPhase.Climb, rate, cancellationToken);
        while (_violated is null && (_low > 0 || High is not null))
        {
            while (_violated is null && High is not null && _high - _low > precision * _high && _high > startRate * LowestShare)
                await TryAsync(SearchPhase.Bisection, (_low + _high) / 2, cancellationToken);
            if (_low == 0 || _violated is not null)
                break;
            var confirmed = _low;
            if (await TryAsync(SearchPhase.Confirmation, confirmed, cancellationToken))
                break;
            // It held once and not again: the answer is below.
            _high = confirmed;
            _low = _steps.Where(one => one.Passed && one.OfferedRate < confirmed).Select(one => one.OfferedRate).DefaultIfEmpty(0).Max();
        }

        var limit = _failed is null ? CapacityLimit.None : LimitOf(_failed);
        var report = (_violated ?? _best ?? _failed)! with { Capacity = new CapacityAnswer(_low, High, limit) { Steps = _steps } };
        return _low == 0 || limit != CapacityLimit.Generator ? report : report with
        {
            Reasons = [.. report.Reasons, $"Above {_low:0} messages a second this program gave way, not the relay, which may sustain more. Use shards."],
        };
    }

    private async Task<bool> TryAsync(SearchPhase phase, double rate, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CapacityTry Known() => new(_steps.Count + 1, phase, rate, _low, High);
        OnBegin?.Invoke(Known());
        var result = await step(rate, cancellationToken);
        var passed = result.Verdict == LoadVerdict.Pass;
        if (result.Invariants.Any(one => one.Violations > 0))
            _violated ??= result;
        var one = StepOf(phase, rate, result, passed);
        _steps.Add(one);
        if (passed)
            (_low, _best) = (Math.Max(_low, rate), rate >= _low ? result : _best);
        else if (rate <= _high)
            (_high, _failed) = (rate, result);
        OnStep?.Invoke(one, Known());
        return passed;
    }

    private CapacityStep StepOf(SearchPhase phase, double rate, LoadReport report, bool passed)
    {
        var loaded = report.Series.Where(point => point.AtS >= 0 && point.Offered > 0).ToList();
        var seconds = Math.Max(0.001, loaded.Sum(point => point.WidthS));
        var achieved = report.Totals.Scenarios.Values.Sum(scenario => scenario.Achieved) / seconds;
        LoadMetric? OneWay(Measure kind) => report.Metrics.FirstOrDefault(one => one.Family == Family.OneWay && one.Kind == kind);
        return new CapacityStep(_steps.Count + 1, phase, Math.Round(rate, 1), Math.Round(achieved, 1), passed)
        {
            P50Us = OneWay(Measure.Response)?.P50Us,
            P99Us = OneWay(Measure.Response)?.P99Us,
            ServiceP99Us = OneWay(Measure.Service)?.P99Us,
            Errors = report.Totals.Errors.Values.Sum(),
            RelayCpu = loaded.Max(point => point.RelayCpu),
            RelayRssBytes = report.Totals.RelayRssPeakBytes,
            GeneratorCpu = loaded.Count == 0 ? 0 : Math.Round(loaded.Average(point => point.GeneratorCpu), 3),
            LagP99Us = report.Validity.LagP99Us,
            Reason = passed ? null : report.Reasons is [var first, ..] ? first : "The run did not pass.",
        };
    }

    // The first that applies: the generator before the relay, the cause before the effect.
    private static CapacityLimit LimitOf(LoadReport report)
    {
        if (!report.Validity.Valid)
            return CapacityLimit.Generator;
        if (report.Totals.Errors.Values.Sum() + report.Totals.Closes.Values.Sum() + report.Invariants.Sum(one => one.Violations) > 0)
            return CapacityLimit.Errors;
        if (report.Series.Max(point => point.RelayCpu) >= BusyRelay * Environment.ProcessorCount / 2)
            return CapacityLimit.RelayCpu;
        var missed = report.Thresholds.Where(one => one.Outcome == ThresholdResult.Missed).Select(one => ThresholdParser.Parse(one.Text).Subject);
        return missed.Contains(Subject.AchievedOffered) ? CapacityLimit.Throughput : CapacityLimit.Latency;
    }
}
