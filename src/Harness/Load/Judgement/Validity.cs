using System.Globalization;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Judgement;

/// <summary>What kept a run from saying anything about the relay, besides the figures in its report.</summary>
/// <param name="Socket">The generator could not open a connection: a sentence, or null.</param>
/// <param name="Unreached">A limit that should have been reached and was not: a sentence, or null.</param>
public sealed record RunTrouble(string? Socket, string? Unreached, bool IsInterrupted)
{
    public static RunTrouble None { get; } = new(null, null, false);
}

/// <summary>Whether the numbers are the relay's: if the generator was the bottleneck, they say nothing about the relay.</summary>
internal static class Validity
{
    /// <summary>Microseconds. A worker wakes within 0.1 ms on a quiet machine; a hundred times that is no longer noise.</summary>
    private const double LongestLagUs = 10_000;

    /// <summary>With fewer messages the 99th percentile is the one hiccup of a start; then the 90th decides.</summary>
    private const long EnoughForP99 = 1000;

    /// <summary>Share of all processors, averaged over the seconds of load: above it nobody can tell who waited for whom.</summary>
    private const double MostCpu = 0.95;

    public static LoadValidity Of(LoadReport report, RunTrouble trouble)
    {
        var lag = LoadMetric.Sum(report.Metrics.Where(metric => metric.Kind == Measure.Lag));
        var percentile = lag.TotalCount >= EnoughForP99 ? 99 : 90;
        var loaded = report.Series.Where(point => point.AtS >= 0 && point.Offered > 0).ToList();
        var cpu = loaded.Select(point => point.GeneratorCpu).DefaultIfEmpty(0).Average();
        var reasons = new List<string>();
        if (lag.ValueAt(percentile) > LongestLagUs)
            reasons.Add(LagSentence(lag.ValueAt(percentile), percentile));
        if (cpu > MostCpu * Environment.ProcessorCount)
            reasons.Add(CpuSentence(cpu));
        if (trouble.Socket is not null)
            reasons.Add(trouble.Socket);
        // If the relay failed before the limit, that is the answer.
        if (trouble.Unreached is not null && report.Totals.Errors.Count + report.Totals.Closes.Count == 0 && report.Decisions.All(one => one.Wrong == 0))
            reasons.Add(trouble.Unreached);
        if (trouble.IsInterrupted)
            reasons.Add("The run was interrupted.");
        return new LoadValidity(reasons.Count == 0, reasons)
        {
            LagP99Us = lag.ValueAt(99),
            GeneratorCpuMax = loaded.Select(point => point.GeneratorCpu).DefaultIfEmpty(0).Max(),
        };
    }

    private static string LagSentence(double lagUs, int percentile) => string.Create(
        CultureInfo.InvariantCulture,
        $"Scheduling lag was {lagUs / 1000:0.0} ms (p{percentile}): this program sent messages late. Use fewer pairs, a lower rate, or shards.");

    private static string CpuSentence(double cpu) => string.Create(
        CultureInfo.InvariantCulture,
        $"This program used {cpu:0.00} of {Environment.ProcessorCount} processors: it was the bottleneck. Use shards on more machines.");
}
