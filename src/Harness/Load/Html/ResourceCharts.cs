using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The relay's costs beside the generator's: who was busy, and whether it was us.</summary>
internal static class ResourceCharts
{
    public static IEnumerable<ChartFigure> Of(Timeline time, Timeline? baseline)
    {
        var relayIsSeen = time.Has(point => point.RelayCpu);
        yield return new ChartFigure(
            "Processor",
            new Chart("Processor use over time", TimeCharts.Across(time), Axis.Linear("cores in use", Quantity.Count, Math.Max(0.1, time.Max(point => point.RelayCpu, point => point.GeneratorCpu))),
            [
                .. relayIsSeen ? new[] { new Line("relay", 1, time.Line(point => point.RelayCpu)) } : [],
                new Line("generator", 2, time.Line(point => point.GeneratorCpu)),
                .. TimeCharts.Held(baseline, "relay in the baseline", 1, point => point.RelayCpu),
            ]),
            relayIsSeen ? ["Time", "Relay", "Generator"] : ["Time", "Generator"],
            time.Rows([.. relayIsSeen ? new[] { ((Func<LoadPoint, double?>)(point => point.RelayCpu), Quantity.Cores) } : [], (point => point.GeneratorCpu, Quantity.Cores)]))
        {
            Note = relayIsSeen ? "1 is one core, busy." : "The relay's process was not seen from here: only the generator is shown. 1 is one core, busy.",
        };

        var memoryIsSeen = time.Has(point => point.RelayRssBytes);
        yield return new ChartFigure(
            "Memory",
            new Chart("Resident memory over time", TimeCharts.Across(time), Axis.Linear("resident memory", Quantity.Bytes, time.Max(point => point.RelayRssBytes, point => point.GeneratorRssBytes)),
            [
                .. memoryIsSeen ? new[] { new Line("relay", 1, time.Line(point => point.RelayRssBytes)) } : [],
                new Line("generator", 2, time.Line(point => point.GeneratorRssBytes)),
                .. TimeCharts.Held(baseline, "relay in the baseline", 1, point => point.RelayRssBytes),
            ]),
            memoryIsSeen ? ["Time", "Relay", "Generator"] : ["Time", "Generator"],
            time.Rows([.. memoryIsSeen ? new[] { ((Func<LoadPoint, double?>)(point => point.RelayRssBytes), Quantity.Bytes) } : [], (point => point.GeneratorRssBytes, Quantity.Bytes)]));

        yield return new ChartFigure(
            "What the generator added",
            new Chart("Scheduling lag and collector pauses of the generator over time", TimeCharts.Across(time), Axis.Linear("time", Quantity.Time, Math.Max(100, time.Max(point => point.LagP99Us, Pause))),
            [
                new Line("scheduling lag, p99", 5, time.Line(point => point.LagP99Us)),
                new Line("collector pauses, sum", 4, time.Line(Pause)),
            ]),
            ["Time", "Lag p99", "Collector pauses"],
            time.Rows((point => point.LagP99Us, Quantity.Time), (Pause, Quantity.Time)))
        {
            Note = "Lag is how much later than intended the generator itself sent. It is part of no relay.",
        };
    }

    private static double? Pause(LoadPoint point) => point.GeneratorGcPauseMs * 1000;
}
