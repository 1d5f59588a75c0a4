using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The costs of the relay and of the generator: which of them was busy.</summary>
internal static class ResourceCharts
{
    public static IEnumerable<ChartFigure> Of(Timeline time, Timeline? baseline)
    {
        var isSeen = time.Has(point => point.RelayCpu);
        yield return Both(time, baseline, "Processor", "Processor use over time", Quantity.Cores, point => point.RelayCpu, point => point.GeneratorCpu) with
        {
            Note = (isSeen ? "" : "The relay's process was not seen from here: only the generator is shown. ") + "1 is one busy core.",
        };
        yield return Both(
            time, baseline, "Memory", "Resident memory over time", Quantity.Bytes, point => point.RelayRssBytes, point => point.GeneratorRssBytes);
        yield return Generator(time);
    }

    // The relay's use of something, if it is seen, and the generator's.
    private static ChartFigure Both(
        Timeline time, Timeline? baseline, string name, string title, Quantity quantity, Func<LoadPoint, double?> relay, Func<LoadPoint, double?> generator)
    {
        List<(string Name, Func<LoadPoint, double?> Value)> programs = [("relay", relay), ("generator", generator)];
        var seen = programs.Where(program => program.Value == generator || time.Has(program.Value)).ToList();
        var up = quantity == Quantity.Cores
            ? Axis.Linear("cores in use", Quantity.Count, Math.Max(0.1, time.Max(relay, generator)))
            : Axis.Linear("resident memory", quantity, time.Max(relay, generator));
        return new ChartFigure(
            name,
            new Chart(title, TimeCharts.Across(time), up,
            [
                .. seen.Select(program => new Line(program.Name, programs.IndexOf(program) + 1, time.Line(program.Value))),
                .. TimeCharts.Held(baseline, "relay in the baseline", 1, relay),
            ]),
            ["Time", .. seen.Select(program => program.Value == relay ? "Relay" : "Generator")],
            time.Rows([.. seen.Select(program => (program.Value, quantity))]));
    }

    private static ChartFigure Generator(Timeline time)
    {
        var up = Axis.Linear("time", Quantity.Time, Math.Max(100, time.Max(point => point.LagP99Us, Pause)));
        return new ChartFigure(
            "What the generator added",
            new Chart("Scheduling lag and collector pauses of the generator over time", TimeCharts.Across(time), up,
            [
                new Line("scheduling lag, p99", 5, time.Line(point => point.LagP99Us)),
                new Line("collector pauses, sum", 4, time.Line(Pause)),
            ]),
            ["Time", "Lag p99", "Collector pauses"],
            time.Rows((point => point.LagP99Us, Quantity.Time), (Pause, Quantity.Time)))
        {
            Note = "Lag is how much later than intended the generator itself sent. It is not part of any relay.",
        };
    }

    private static double? Pause(LoadPoint point) => point.GeneratorGcPauseMs * 1000;
}
