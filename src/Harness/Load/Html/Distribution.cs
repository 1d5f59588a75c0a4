using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>One family of latencies: response and service times by percentile, one over the other.</summary>
internal sealed record Distribution(Family Family, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<LoadMetric> Kinds)
{
    private const double PointsPerNine = 24;

    private static readonly double[] Percentiles = [0, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 99.9999];

    private static readonly Family[] Order =
    [
        Family.OneWay, Family.RoundTrip, Family.FirstToken, Family.TokenGap, Family.LastToken, Family.Connect, Family.Auth, Family.Pair, Family.Error,
    ];

    public static IReadOnlyList<Distribution> Of(LoadReport report) =>
        [.. report.Metrics.Where(metric => metric.Count > 0)
            .GroupBy(metric => metric.Key with { Measure = default })
            .Select(group => new Distribution(group.Key.Family, group.First().Labels, [.. group.OrderBy(metric => metric.Kind)]))
            .OrderBy(one => Array.IndexOf(Order, one.Family)).ThenByDescending(one => one.Kinds.Max(metric => metric.Count))];

    public string Name => $"{LoadWords.Of(Family)}: {LoadWords.Labels(Labels)}";

    public ChartFigure Figure(LoadReport? baseline)
    {
        var former = baseline?.Metrics.FirstOrDefault(metric => metric.Count > 0 && metric.Key == Kinds[0].Key);
        var curves = Kinds.Select(metric => (Metric: metric, Name: LoadWords.Of(metric.Kind), Histogram: HistogramCodec.Decode(metric.Histogram))).ToList();
        var lines = curves.Select(curve => new Line(curve.Name, ColourOf(curve.Metric.Kind), Curve(curve.Histogram))).ToList();
        if (former is not null)
        {
            curves.Add((former, "baseline", HistogramCodec.Decode(former.Histogram)));
            lines.Add(new Line($"{LoadWords.Of(former.Kind)} of the baseline", ColourOf(former.Kind), Curve(curves[^1].Histogram)) { IsBaseline = true });
        }

        var heights = lines.SelectMany(line => line.Points.Select(point => point.Y!.Value)).Where(value => value > 0).DefaultIfEmpty(1).ToList();
        var nines = lines.Max(line => line.Points[^1].X);
        var most = Kinds.Max(metric => metric.Count);
        return new ChartFigure(
            Name,
            new Chart($"{Name} by percentile", Axis.Nines(nines), Axis.Log("latency, log scale", Quantity.Time, heights.Min(), heights.Max()), lines),
            ["Percentile", .. curves.Select(curve => curve.Name)],
            [
                .. Percentiles.Where(percentile => Nines(percentile) <= nines).Select(percentile => new ChartRow(
                    Nines(percentile),
                    [LoadWords.Percentile(percentile), .. curves.Select(curve => Quantity.Time.Write(curve.Histogram.ValueAt(percentile)))])),
                new ChartRow(nines, ["max", .. curves.Select(curve => Quantity.Time.Write(curve.Metric.MaxUs))]),
            ])
        {
            Note = $"{Quantity.Count.Write(most)} {(most == 1 ? "measurement" : "measurements")}.",
            Words = $"{Name} {Word.Of(Family)}",
        };
    }

    private static double Nines(double percentile) => -Math.Log10(1 - percentile / 100);

    private static int ColourOf(Measure measure) => measure switch { Measure.Response => 1, Measure.Service => 3, _ => 5 };

    // As far as there are values: a thousand of them say nothing beyond 99.9 %.
    private static List<(double X, double? Y)> Curve(Histogram histogram)
    {
        var last = Math.Clamp(Math.Log10(Math.Max(1, histogram.TotalCount)), 0.1, 8);
        var points = Enumerable.Range(0, (int)(last * PointsPerNine) + 1).Select(i => i / PointsPerNine)
            .Select(nines => (nines, (double?)histogram.ValueAt(100 * (1 - Math.Pow(10, -nines))))).ToList();
        points.Add((last, histogram.ValueAt(100)));
        return points;
    }
}
