using System.Numerics;

namespace CoralMux.Harness.Load.Histograms;

/// <summary>
/// Counts of values by magnitude, as HdrHistogram lays them out: three significant digits from 1 to 2^36 (19 hours in
/// microseconds), in the same memory however many values there are. Recording is safe from any thread.
/// </summary>
public sealed class Histogram
{
    public const int SignificantDigits = 3;

    /// <summary>Larger values are recorded as this one.</summary>
    public const long HighestValue = (1L << 36) - 1;

    private const int SubBucketMagnitude = 11; // 2048 sub-buckets: the smallest power of two above 2 * 10^3
    private const int SubBuckets = 1 << SubBucketMagnitude;
    private const int HalfMagnitude = SubBucketMagnitude - 1;
    private const int HalfSubBuckets = SubBuckets / 2;
    private const int Buckets = 36 - SubBucketMagnitude + 1;

    private readonly long[] _counts = new long[(Buckets + 1) * HalfSubBuckets];

    internal static int Length => (Buckets + 1) * HalfSubBuckets;

    /// <summary>The number of values. Walks the counts.</summary>
    public long TotalCount
    {
        get
        {
            long total = 0;
            foreach (var count in _counts)
                total += count;
            return total;
        }
    }

    internal ReadOnlySpan<long> Counts => _counts;

    public void Record(long value) => Interlocked.Increment(ref _counts[IndexOf(Math.Clamp(value, 0, HighestValue))]);

    /// <summary>Adds exactly: the sum of two histograms is the histogram of both recordings.</summary>
    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>Moves everything to another histogram, while other threads may go on recording here.</summary>
    public void DrainTo(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (Volatile.Read(ref _counts[i]) != 0)
                other._counts[i] += Interlocked.Exchange(ref _counts[i], 0);
        }
    }

    public void Clear() => Array.Clear(_counts);

    /// <param name="percentile">0 to 100.</param>
    /// <returns>The largest value equivalent to the one at that rank, as HdrHistogram has it; 0 when empty.</returns>
    public long ValueAt(double percentile)
    {
        var total = TotalCount;
        if (total == 0)
            return 0;
        // Rounded up, as HdrHistogram does, but not because 99.9 has no exact double.
        var exact = percentile / 100 * total;
        var rank = Math.Max(1, (long)Math.Ceiling(exact - (Math.BitIncrement(exact) - exact)));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return percentile == 0 ? LowestOf(i) : HighestOf(i);
        }

        return HighestValue;
    }

    public HistogramSummary Summarise()
    {
        long count = 0;
        double sum = 0, squares = 0;
        int first = -1, last = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] == 0)
                continue;
            first = first < 0 ? i : first;
            last = i;
            count += _counts[i];
            sum += (double)_counts[i] * MiddleOf(i);
        }

        if (count == 0)
            return default;
        var mean = sum / count;
        for (var i = first; i <= last; i++)
            squares += _counts[i] * (MiddleOf(i) - mean) * (MiddleOf(i) - mean);
        return new HistogramSummary(count, LowestOf(first), mean, Math.Sqrt(squares / count), HighestOf(last));
    }

    internal void AddAt(int index, long count) => _counts[index] += count;

    internal static int IndexOf(long value)
    {
        var bucket = 64 - SubBucketMagnitude - BitOperations.LeadingZeroCount((ulong)(value | (SubBuckets - 1)));
        var sub = (int)(value >> bucket);
        return ((bucket + 1) << HalfMagnitude) + sub - HalfSubBuckets;
    }

    internal static long LowestOf(int index)
    {
        var bucket = (index >> HalfMagnitude) - 1;
        var sub = (index & (HalfSubBuckets - 1)) + HalfSubBuckets;
        return bucket < 0 ? sub - HalfSubBuckets : (long)sub << bucket;
    }

    internal static long HighestOf(int index) => LowestOf(index) + WidthOf(index) - 1;

    private static double MiddleOf(int index) => LowestOf(index) + (WidthOf(index) >> 1);

    private static long WidthOf(int index) => 1L << Math.Max(0, (index >> HalfMagnitude) - 1);
}

/// <summary>Figures of a histogram besides its percentiles, in its own unit.</summary>
public readonly record struct HistogramSummary(long Count, long Min, double Mean, double StdDev, long Max);
