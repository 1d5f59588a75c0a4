using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The series of a report, no finer than can be seen: of neighbours the worst percentile, the sum of what is counted, the mean of what is a rate.</summary>
internal sealed record Timeline(IReadOnlyList<LoadPoint> Points, double WidthS)
{
    private const int Most = 200;

    public static Timeline Of(LoadReport report)
    {
        var series = report.Series.OrderBy(point => point.AtS).ToList();
        var together = (series.Count + Most - 1) / Most;
        List<LoadPoint> points = together <= 1 ? series : [.. series.Chunk(together).Select(Merge)];
        return new Timeline(points, points.Count == 0 ? 1 : points.Max(point => point.WidthS));
    }

    public double From => Points.Count == 0 ? 0 : Points[0].AtS;

    public double To => Points.Count == 0 ? 1 : Points[^1].AtS + Points[^1].WidthS;

    /// <summary>A line through the middle of each point's time.</summary>
    public IReadOnlyList<(double X, double? Y)> Line(Func<LoadPoint, double?> value) => [.. Points.Select(point => (point.AtS + point.WidthS / 2, value(point)))];

    /// <summary>A row for each point: its time, then the values.</summary>
    public IReadOnlyList<ChartRow> Rows(params (Func<LoadPoint, double?> Value, Quantity Quantity)[] columns) =>
        [.. Points.Select(point => new ChartRow(
            point.AtS + point.WidthS / 2,
            [Quantity.Seconds.Write(point.AtS), .. columns.Select(column => column.Value(point) is { } value ? column.Quantity.Write(value) : "–")]))];

    public bool Has(Func<LoadPoint, double?> value) => Points.Any(point => value(point) is not null);

    public double Max(params Func<LoadPoint, double?>[] values) => Points.SelectMany(point => values.Select(value => value(point) ?? 0)).DefaultIfEmpty(0).Max();

    private static LoadPoint Merge(LoadPoint[] points)
    {
        var width = points.Sum(point => point.WidthS);
        double Mean(Func<LoadPoint, double> value) => points.Sum(point => value(point) * point.WidthS) / width;
        return new LoadPoint
        {
            AtS = points[0].AtS,
            WidthS = width,
            Offered = Mean(point => point.Offered),
            Achieved = Mean(point => point.Achieved),
            P50Us = points.Max(point => point.P50Us),
            P99Us = points.Max(point => point.P99Us),
            ServiceP99Us = points.Max(point => point.ServiceP99Us),
            LagP99Us = points.Max(point => point.LagP99Us),
            Errors = Sum(points.Select(point => point.Errors)),
            Closes = Sum(points.Select(point => point.Closes)),
            Connections = points[^1].Connections,
            BytesSent = points.Sum(point => point.BytesSent),
            BytesReceived = points.Sum(point => point.BytesReceived),
            RelayCpu = points.Any(point => point.RelayCpu is not null) ? Mean(point => point.RelayCpu ?? 0) : null,
            RelayRssBytes = points.Max(point => point.RelayRssBytes),
            GeneratorCpu = Mean(point => point.GeneratorCpu),
            GeneratorRssBytes = points.Max(point => point.GeneratorRssBytes),
            GeneratorGcPauseMs = points.Sum(point => point.GeneratorGcPauseMs),
        };
    }

    private static Dictionary<string, long> Sum(IEnumerable<IReadOnlyDictionary<string, long>> counts) =>
        counts.SelectMany(one => one).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
}
