using System.Globalization;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load;

/// <summary>A step of the search, and what is known before (or after) it: the answer lies between the two rates.</summary>
/// <param name="High">Null while nothing has given way.</param>
public sealed record CapacityTry(int Number, string Phase, double Rate, double Low, double? High);

/// <summary>Finds the highest sustainable load: a geometric climb until something gives way, bisection between, and the answer confirmed.</summary>
/// <param name="step">Runs one step at a rate: warm-up, hold, drain.</param>
public sealed class CapacitySearch(Func<double, CancellationToken, Task<LoadReport>> step, double startRate, double highestRate, double precision)
{
    private const double ClimbFactor = 2;
    private const double BusyRelay = 0.9;

    private readonly List<CapacityStep> _steps = [];

    public Action<CapacityTry>? OnBegin { get; init; }

    public Action<CapacityStep, CapacityTry>? OnStep { get; init; }

    /// <summary>The report, with the answer, of the first step that broke an invariant; else of the highest that was sustained twice; else of the first.</summary>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        double low = 0, high = double.PositiveInfinity;
        LoadReport? best = null, failed = null, broken = null;
        for (var rate = startRate; broken is null && double.IsInfinity(high) && rate <= highestRate; rate *= ClimbFactor)
            await TryAsync("climb", rate);

        while (broken is null && (low > 0 || !double.IsInfinity(high)))
        {
            while (broken is null && !double.IsInfinity(high) && high - low > precision * high && high > startRate / 64)
                await TryAsync("bisection", (low + high) / 2);
            if (low == 0 || broken is not null)
                break;
            var confirmed = low;
            if (await TryAsync("confirmation", confirmed))
                break;
            // It held once and not again: the truth lies below.
            high = confirmed;
            low = _steps.Where(one => one.Passed && one.OfferedRate < confirmed).Select(one => one.OfferedRate).DefaultIfEmpty(0).Max();
        }

        var limit = failed is null ? "none" : LimitOf(failed);
        var report = broken ?? best ?? failed!;
        var answer = new CapacityAnswer(low, double.IsInfinity(high) ? null : high, limit) { Steps = _steps };
        return low == 0 || limit != "generator"
            ? report with { Capacity = answer }
            : report with { Capacity = answer, Reasons = [.. report.Reasons, $"Above {low:0} messages a second it was this program that gave way: the relay may bear more. Use shards."] };

        async Task<bool> TryAsync(string phase, double rate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CapacityTry Known() => new(_steps.Count + 1, phase, rate, low, double.IsInfinity(high) ? null : high);
            OnBegin?.Invoke(Known());
            var result = await step(rate, cancellationToken);
            var passed = result.Verdict == "pass";
            if (result.Invariants.Any(one => one.Violations > 0))
                broken ??= result;
            var one = StepOf(phase, rate, result, passed);
            _steps.Add(one);
            if (passed)
                (low, best) = (Math.Max(low, rate), rate >= low ? result : best);
            else if (rate <= high)
                (high, failed) = (rate, result);
            OnStep?.Invoke(one, Known());
            return passed;
        }
    }

    private CapacityStep StepOf(string phase, double rate, LoadReport report, bool passed)
    {
        var loaded = report.Series.Where(point => point.AtS >= 0 && point.Offered > 0).ToList();
        var seconds = Math.Max(0.001, loaded.Sum(point => point.WidthS));
        var metric = (string kind) => report.Metrics.FirstOrDefault(one => one.Family == "one_way" && one.Kind == kind);
        return new CapacityStep(_steps.Count + 1, phase, Math.Round(rate, 1), Math.Round(report.Totals.Scenarios.Values.Sum(scenario => scenario.Achieved) / seconds, 1), passed)
        {
            P50Us = metric("response")?.P50Us,
            P99Us = metric("response")?.P99Us,
            ServiceP99Us = metric("service")?.P99Us,
            Errors = report.Totals.Errors.Values.Sum(),
            RelayCpu = loaded.Max(point => point.RelayCpu),
            RelayRssBytes = report.Totals.RelayRssPeakBytes,
            GeneratorCpu = loaded.Count == 0 ? 0 : Math.Round(loaded.Average(point => point.GeneratorCpu), 3),
            LagP99Us = report.Validity.LagP99Us,
            Reason = passed ? null : string.Create(CultureInfo.InvariantCulture, $"{(report.Reasons is [var first, ..] ? first : report.Verdict)}"),
        };
    }

    // The first that applies: ours before the relay's, the cause before the effect.
    private static string LimitOf(LoadReport report)
    {
        if (!report.Validity.Valid)
            return "generator";
        if (report.Totals.Errors.Values.Sum() + report.Totals.Closes.Values.Sum() + report.Invariants.Sum(one => one.Violations) > 0)
            return "errors";
        if (report.Series.Max(point => point.RelayCpu) >= BusyRelay * Environment.ProcessorCount / 2)
            return "relay-cpu";
        return report.Thresholds.Any(one => one.Outcome == "missed" && one.Text.StartsWith("achieved", StringComparison.Ordinal)) ? "throughput" : "latency";
    }
}
