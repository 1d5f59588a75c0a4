using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>One family of latencies: response and service times laid over one another, by percentile.</summary>
internal sealed record Distribution(string Family, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<LoadMetric> Kinds)
{
    private const double PointsPerNine = 24;

    private static readonly double[] Told = [0, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 99.9999];
    private static readonly string[] Order = ["one_way", "round_trip", "first_token", "token_gap", "last_token", "connect", "auth", "pair", "error"];
    private static readonly string[] KindOrder = ["response", "service", "lag"];

    public static IReadOnlyList<Distribution> Of(LoadReport report) =>
        [.. report.Metrics.Where(metric => metric.Count > 0)
            .GroupBy(metric => (metric.Family, Labels: LabelsOf(metric)))
            .Select(group => new Distribution(group.Key.Family, group.First().Labels, [.. group.OrderBy(metric => Array.IndexOf(KindOrder, metric.Kind))]))
            .OrderBy(one => Array.IndexOf(Order, one.Family)).ThenByDescending(one => one.Kinds.Max(metric => metric.Count))];

    public string Name => $"{LoadWords.Family(Family)}: {LoadWords.Labels(Labels)}";

    public ChartFigure Figure(LoadReport? baseline)
    {
        var former = baseline?.Metrics.FirstOrDefault(metric => metric.Family == Family && metric.Kind == Kinds[0].Kind && metric.Count > 0 && LabelsOf(metric) == LabelsOf(Kinds[0]));
        var curves = Kinds.Select(metric => (Metric: metric, Histogram: HistogramCodec.Decode(metric.Histogram))).ToList();
        var lines = curves.Select(curve => new Line(LoadWords.Kind(curve.Metric.Kind), ColourOf(curve.Metric.Kind), Curve(curve.Histogram))).ToList();
        if (former is not null)
            lines.Add(new Line($"{LoadWords.Kind(former.Kind)} of the baseline", ColourOf(former.Kind), Curve(HistogramCodec.Decode(former.Histogram))) { IsBaseline = true });
        var heights = lines.SelectMany(line => line.Points.Select(point => point.Y!.Value)).Where(value => value > 0).DefaultIfEmpty(1).ToList();
        var nines = lines.Max(line => line.Points[^1].X);
        var most = Kinds.Max(metric => metric.Count);
        return new ChartFigure(
            Name,
            new Chart($"{Name} by percentile", Axis.Nines(nines), Axis.Log("latency, log scale", Quantity.Time, heights.Min(), heights.Max()), lines),
            ["Percentile", .. curves.Select(curve => LoadWords.Kind(curve.Metric.Kind)), .. former is null ? Array.Empty<string>() : ["baseline"]],
            [
                .. Told.Where(percentile => -Math.Log10(1 - percentile / 100) <= nines).Select(percentile => new ChartRow(
                    -Math.Log10(1 - percentile / 100),
                    [
                        LoadWords.Percentile(percentile), .. curves.Select(curve => Quantity.Time.Write(curve.Histogram.ValueAt(percentile))),
                        .. former is null ? Array.Empty<string>() : [Quantity.Time.Write(HistogramCodec.Decode(former.Histogram).ValueAt(percentile))],
                    ])),
                new ChartRow(nines, ["max", .. curves.Select(curve => Quantity.Time.Write(curve.Metric.MaxUs)), .. former is null ? Array.Empty<string>() : [Quantity.Time.Write(former.MaxUs)]]),
            ])
        {
            Note = $"{Quantity.Count.Write(most)} {(most == 1 ? "measurement" : "measurements")}.",
            Words = $"{Name} {Family}",
        };
    }

    public static string LabelsOf(LoadMetric metric) => string.Join(';', metric.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private static int ColourOf(string kind) => kind switch { "response" => 1, "service" => 3, _ => 5 };

    // As far as there are values: with a thousand of them nothing is known beyond 99.9 %.
    private static List<(double X, double? Y)> Curve(Histogram histogram)
    {
        var last = Math.Clamp(Math.Log10(Math.Max(1, histogram.TotalCount)), 0.1, 8);
        var points = Enumerable.Range(0, (int)(last * PointsPerNine) + 1).Select(i => i / PointsPerNine)
            .Select(nines => (nines, (double?)histogram.ValueAt(100 * (1 - Math.Pow(10, -nines))))).ToList();
        points.Add((last, histogram.ValueAt(100)));
        return points;
    }
}
