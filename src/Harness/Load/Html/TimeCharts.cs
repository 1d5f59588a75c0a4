using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>Charts over time: rates, percentiles, errors, connections, bytes.</summary>
internal static class TimeCharts
{
    public static IEnumerable<ChartFigure> Of(Timeline time, Timeline? baseline)
    {
        yield return Rates(time, baseline);
        if (time.Has(point => point.P50Us ?? point.P99Us))
            yield return Percentiles(time, baseline);
        yield return Errors(time);
        yield return Connections(time, baseline);
        yield return Bytes(time);
    }

    public static Axis Across(Timeline time) => Axis.Span("time since the load began", Quantity.Seconds, time.From, time.To, 8);

    private static ChartFigure Rates(Timeline time, Timeline? baseline) => new(
        "Offered and achieved",
        new Chart("Offered and achieved rate over time", Across(time), Axis.Linear("messages per second", Quantity.Count, TopRate(time, baseline)),
        [
            new Line("offered by the schedule", 2, time.Line(point => point.Offered)),
            new Line("achieved", 1, time.Line(point => point.Achieved)),
            .. Held(baseline, "achieved in the baseline", 1, point => point.Achieved),
        ]),
        ["Time", "Offered", "Achieved"],
        time.Rows((point => point.Offered, Quantity.PerSecond), (point => point.Achieved, Quantity.PerSecond)))
    {
        Note = time.WidthS > 1.5
            ? $"One point is {Quantity.Seconds.Write(time.WidthS)}; of percentiles it shows the worst second."
            : "Where the lines part, messages wait or are lost.",
    };

    private static double TopRate(Timeline time, Timeline? baseline) =>
        Math.Max(time.Max(point => point.Offered, point => point.Achieved), baseline?.Max(point => point.Achieved) ?? 0);

    private static ChartFigure Percentiles(Timeline time, Timeline? baseline)
    {
        var values = time.Points.Concat(baseline?.Points ?? []).SelectMany(point => new[] { point.P50Us, point.P99Us, point.ServiceP99Us })
            .OfType<double>().Where(value => value > 0).DefaultIfEmpty(1).ToList();
        return new ChartFigure(
            "Latency over time",
            new Chart("Latency percentiles over time", Across(time), Axis.Log("latency, log scale", Quantity.Time, values.Min(), values.Max()),
            [
                new Line("p99, response time", 1, time.Line(point => point.P99Us)),
                new Line("p99, service time", 3, time.Line(point => point.ServiceP99Us)),
                new Line("p50, response time", 2, time.Line(point => point.P50Us)),
                .. Held(baseline, "p99, response time of the baseline", 1, point => point.P99Us),
            ]),
            ["Time", "p99 response", "p99 service", "p50 response"],
            time.Rows((point => point.P99Us, Quantity.Time), (point => point.ServiceP99Us, Quantity.Time), (point => point.P50Us, Quantity.Time)))
        {
            Note = "Response time counts from the intended start, service time from the real send. "
                + "A gap between them is a wait that a closed loop would not see.",
        };
    }

    private static ChartFigure Errors(Timeline time)
    {
        IEnumerable<Counted> Codes(bool isClose) => time.Points.SelectMany(point => (isClose ? point.Closes : point.Errors).Keys)
            .Distinct().Order(StringComparer.Ordinal).Select(code => new Counted(code, isClose));
        List<Counted> codes = [.. Codes(isClose: false), .. Codes(isClose: true)];
        List<string> names = [.. codes.Select(code => code.Name)];
        var bars = new List<Bar>();
        double top = 0;
        foreach (var point in time.Points)
        {
            double height = 0;
            foreach (var (index, code) in codes.Index())
            {
                if (code.In(point) is not (> 0 and var count))
                    continue;
                bars.Add(new Bar(index % 6 + 1, point.AtS, point.AtS + point.WidthS, height, height + count));
                height += count;
            }

            top = Math.Max(top, height);
        }

        return new ChartFigure(
            "Errors and closed connections",
            new Chart("Errors and close codes over time", Across(time), Axis.Linear("count per point of time", Quantity.Count, Math.Max(top, 5)), [])
            {
                Bars = bars,
            },
            ["Time", .. names],
            [.. time.Points.Where(point => point.Errors.Count + point.Closes.Count > 0).Select(point => new ChartRow(
                point.AtS + point.WidthS / 2,
                [Quantity.Seconds.Write(point.AtS), .. codes.Select(code => Quantity.Count.Write(code.In(point)))]))])
        {
            Stacks = names,
            Note = names.Count == 0
                ? "No error came and no connection was closed while the load ran."
                : "Error envelopes by code, and connections that ended by their close code.",
        };
    }

    private static ChartFigure Connections(Timeline time, Timeline? baseline)
    {
        var most = Math.Max(time.Max(point => point.Connections), baseline?.Max(point => point.Connections) ?? 0);
        return new ChartFigure(
            "Connections",
            new Chart("Open connections over time", Across(time), Axis.Linear("open connections", Quantity.Count, most),
            [
                new Line("open", 1, time.Line(point => point.Connections)),
                .. Held(baseline, "open in the baseline", 1, point => point.Connections),
            ]),
            ["Time", "Open"],
            time.Rows((point => point.Connections, Quantity.Count)));
    }

    private static ChartFigure Bytes(Timeline time)
    {
        static double? Sent(LoadPoint point) => point.BytesSent / point.WidthS;
        static double? Received(LoadPoint point) => point.BytesReceived / point.WidthS;
        return new ChartFigure(
            "Bytes",
            new Chart("Bytes a second over time", Across(time), Axis.Linear("bytes per second", Quantity.Bytes, time.Max(Sent, Received)),
            [
                new Line("sent to the relay", 2, time.Line(Sent)),
                new Line("received from it", 1, time.Line(Received)),
            ]),
            ["Time", "Sent", "Received"],
            time.Rows((Sent, Quantity.BytesPerSecond), (Received, Quantity.BytesPerSecond)));
    }

    // An error code or a close code.
    private sealed record Counted(string Code, bool IsClose)
    {
        public string Name => IsClose ? $"close {Code}" : Code;

        public long In(LoadPoint point) => (IsClose ? point.Closes : point.Errors).GetValueOrDefault(Code);
    }

    public static IEnumerable<Line> Held(Timeline? baseline, string name, int colour, Func<LoadPoint, double?> value) =>
        baseline is null || !baseline.Has(value) ? [] : [new Line(name, colour, baseline.Line(value)) { IsBaseline = true }];
}
