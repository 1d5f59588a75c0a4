using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Load.Compare;

/// <summary>The interval of a percentile, by the number of values: order statistics, 99 % confidence.</summary>
/// <param name="High">Null: too few values for an upper end.</param>
internal readonly record struct QuantileInterval(long Low, long? High)
{
    private const double Deviations = 2.576;

    public static QuantileInterval Of(Histogram histogram, long count, double percentile)
    {
        var q = percentile / 100;
        var spread = Deviations * Math.Sqrt(count * q * (1 - q));
        var (low, high) = (count * q - spread, count * q + spread + 1);
        return new QuantileInterval(histogram.ValueAt(Math.Max(0, 100 * low / count)), high > count ? null : histogram.ValueAt(100 * high / count));
    }
}
