using System.Text.Json.Serialization;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Load.Report;

/// <summary>One distribution, in microseconds.</summary>
/// <param name="Labels"><c>scenario</c>, and where they apply <c>direction</c> and <c>size</c>.</param>
public sealed record LoadMetric(Family Family, Measure Kind, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Every figure by its column name, in the order of the tables; only the count is not in microseconds.</summary>
    public static IReadOnlyList<(string Name, Func<LoadMetric, double> Value)> Figures { get; } =
    [
        ("count", metric => metric.Count), ("min", metric => metric.MinUs), ("mean", metric => metric.MeanUs), ("stddev", metric => metric.StdDevUs),
        ("p50", metric => metric.P50Us), ("p90", metric => metric.P90Us), ("p95", metric => metric.P95Us), ("p99", metric => metric.P99Us),
        ("p99.9", metric => metric.P999Us), ("p99.99", metric => metric.P9999Us), ("max", metric => metric.MaxUs),
    ];

    public required long Count { get; init; }

    public double MinUs { get; init; }

    public double MeanUs { get; init; }

    public double StdDevUs { get; init; }

    public double P50Us { get; init; }

    public double P90Us { get; init; }

    public double P95Us { get; init; }

    public double P99Us { get; init; }

    public double P999Us { get; init; }

    public double P9999Us { get; init; }

    public double MaxUs { get; init; }

    /// <summary>HdrHistogram, V2 compressed, base64: all figures follow from it.</summary>
    public required string Histogram { get; init; }

    [JsonIgnore]
    public MetricKey Key =>
        new(Family, Kind, Labels.GetValueOrDefault("scenario", ""), Labels.GetValueOrDefault("direction"), Labels.GetValueOrDefault("size"));

    public static LoadMetric Of(MetricKey key, Histogram histogram)
    {
        var summary = histogram.Summarise();
        return new LoadMetric(key.Family, key.Measure, key.Labels)
        {
            Count = summary.Count,
            MinUs = summary.Min,
            MeanUs = Math.Round(summary.Mean, 2),
            StdDevUs = Math.Round(summary.StdDev, 2),
            P50Us = histogram.ValueAt(50),
            P90Us = histogram.ValueAt(90),
            P95Us = histogram.ValueAt(95),
            P99Us = histogram.ValueAt(99),
            P999Us = histogram.ValueAt(99.9),
            P9999Us = histogram.ValueAt(99.99),
            MaxUs = summary.Max,
            Histogram = HistogramCodec.Encode(histogram),
        };
    }

    /// <summary>All of them, in the order of their tags.</summary>
    public static IReadOnlyList<LoadMetric> Of(IReadOnlyDictionary<MetricKey, Histogram> histograms) =>
        [.. histograms.OrderBy(pair => pair.Key.Tag, StringComparer.Ordinal).Select(pair => Of(pair.Key, pair.Value))];

    /// <summary>The exact sum of the histograms.</summary>
    /// <exception cref="FormatException">One cannot be read.</exception>
    public static Histogram Sum(IEnumerable<LoadMetric> metrics)
    {
        var sum = new Histogram();
        foreach (var metric in metrics)
            sum.Add(HistogramCodec.Decode(metric.Histogram));
        return sum;
    }
}
