using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Load.Compare;

/// <summary>Where a percentile lies, given how few or many values it was taken from: order statistics, 99 % confidence.</summary>
/// <param name="High">Null: there were too few values to say how high it may be.</param>
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
