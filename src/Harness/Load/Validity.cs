using System.Globalization;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load;

/// <summary>Whether the numbers are the relay's: if this program was the bottleneck, they say nothing about it.</summary>
internal static class Validity
{
    /// <summary>A worker wakes within 0.1 ms on a quiet machine; a hundred times that in one of a hundred messages is no longer noise.</summary>
    private const double LongestLagUs = 10_000;

    /// <summary>With fewer messages the 99th percentile is the one hiccup of a start; then the 90th decides.</summary>
    private const long EnoughForP99 = 1000;

    /// <summary>Of all processors, averaged over the seconds of load: above it nobody can tell who waited for whom.</summary>
    private const double MostCpu = 0.95;

    public static LoadValidity Of(LoadReport report, string? socketTrouble, string? lineAhead, bool interrupted)
    {
        var lag = new Histograms.Histogram();
        foreach (var metric in report.Metrics.Where(metric => metric.Kind == "lag"))
            lag.Add(Histograms.HistogramCodec.Decode(metric.Histogram));
        var lagP99 = lag.ValueAt(99);
        var decisive = lag.TotalCount >= EnoughForP99 ? lagP99 : lag.ValueAt(90);
        var loaded = report.Series.Where(point => point.AtS >= 0 && point.Offered > 0).ToList();
        var busiest = loaded.Count == 0 ? 0 : loaded.Max(point => point.GeneratorCpu);
        var reasons = new List<string>();
        if (decisive > LongestLagUs)
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"Scheduling lag was {decisive / 1000.0:0.0} ms (p{(lag.TotalCount >= EnoughForP99 ? 99 : 90)}): messages were sent late by this program, not by the relay. Use fewer pairs, a lower rate, or shards."));
        if (loaded.Count > 0 && loaded.Average(point => point.GeneratorCpu) > MostCpu * Environment.ProcessorCount)
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"This program used {loaded.Average(point => point.GeneratorCpu):0.00} of {Environment.ProcessorCount} processors: it was the bottleneck. Use shards on more machines."));
        if (socketTrouble is not null)
            reasons.Add(socketTrouble);
        // Where it went wrong before, that is the answer.
        if (lineAhead is not null && report.Totals.Errors.Count + report.Totals.Closes.Count == 0 && report.Decisions.All(one => one.Wrong == 0))
            reasons.Add(lineAhead);
        if (interrupted)
            reasons.Add("The run was interrupted.");
        return new LoadValidity(reasons.Count == 0, reasons) { LagP99Us = lagP99, GeneratorCpuMax = busiest };
    }
}
