using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The series of a report, no finer than can be seen.</summary>
internal sealed record Timeline(IReadOnlyList<LoadPoint> Points, double WidthS)
{
    private const int Most = 200;

    public static Timeline Of(LoadReport report)
    {
        var series = report.Series.OrderBy(point => point.AtS).ToList();
        var together = (series.Count + Most - 1) / Most;
        List<LoadPoint> points = together <= 1 ? series : [.. series.Chunk(together).Select(LoadPoint.Join)];
        return new Timeline(points, points.Count == 0 ? 1 : points.Max(point => point.WidthS));
    }

    public double From => Points.Count == 0 ? 0 : Points[0].AtS;

    public double To => Points.Count == 0 ? 1 : Points[^1].AtS + Points[^1].WidthS;

    /// <summary>A line through the middle of each point's time.</summary>
    public IReadOnlyList<(double X, double? Y)> Line(Func<LoadPoint, double?> value) =>
        [.. Points.Select(point => (point.AtS + point.WidthS / 2, value(point)))];

    /// <summary>A row for each point: its time, then the values.</summary>
    public IReadOnlyList<ChartRow> Rows(params (Func<LoadPoint, double?> Value, Quantity Quantity)[] columns) =>
        [.. Points.Select(point => new ChartRow(
            point.AtS + point.WidthS / 2,
            [Quantity.Seconds.Write(point.AtS), .. columns.Select(column => LoadWords.Write(column.Value(point), column.Quantity))]))];

    public bool Has(Func<LoadPoint, double?> value) => Points.Any(point => value(point) is not null);

    public double Max(params Func<LoadPoint, double?>[] values) =>
        Points.SelectMany(point => values.Select(value => value(point) ?? 0)).DefaultIfEmpty(0).Max();
}
