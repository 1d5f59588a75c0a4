using System.Runtime.CompilerServices;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Tests.Load;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(123_456)]
    [InlineData(3_600_000_000)]
    [InlineData((1L << 36) - 1)]
    public void Record_OneValue_IsToldToThreeDigits(long value)
    {
        var histogram = new Histogram();
        histogram.Record(value);

        Assert.InRange(histogram.ValueAt(50), value, value + value / 1000);
        Assert.InRange(histogram.Summarise().Min, value - value / 1000, value);
    }

    [Fact]
    public void ValueAt_OneToThousand_IsTheRank()
    {
        var histogram = new Histogram();
        for (var i = 1; i <= 1000; i++)
            histogram.Record(i);

        Assert.Equal((500L, 990L, 999L, 1000L), (histogram.ValueAt(50), histogram.ValueAt(99), histogram.ValueAt(99.9), histogram.ValueAt(100)));
        Assert.Equal(500.5, histogram.Summarise().Mean, 0.001);
    }

    [Fact]
    public void Codec_AnyRecordings_ComeBack()
    {
        var random = new Random(5);
        var histogram = new Histogram();
        for (var i = 0; i < 20_000; i++)
            histogram.Record((long)Math.Exp(random.NextDouble() * 24));

        var again = HistogramCodec.Decode(HistogramCodec.Encode(histogram));

        Assert.True(histogram.Counts.SequenceEqual(again.Counts));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("HISTFAAAAA")]
    [InlineData("HISTFAAAAB14nA==")]
    public void Decode_NoHistogram_IsAFormatException(string text) => Assert.Throws<FormatException>(() => HistogramCodec.Decode(text));

    /// <summary>What merging rests on: parts recorded apart and added are the whole.</summary>
    [Fact]
    public void Add_FourParts_EqualsTheWhole()
    {
        var random = new Random(11);
        var whole = new Histogram();
        var parts = Enumerable.Range(0, 4).Select(_ => new Histogram()).ToArray();
        for (var i = 0; i < 100_000; i++)
        {
            var value = (long)Math.Exp(random.NextDouble() * 20);
            whole.Record(value);
            parts[random.Next(4)].Record(value);
        }

        var sum = new Histogram();
        foreach (var part in parts)
            sum.Add(HistogramCodec.Decode(HistogramCodec.Encode(part)));

        Assert.True(whole.Counts.SequenceEqual(sum.Counts));
    }

    /// <summary>A day's worth: 50 million recordings take no more memory than the first.</summary>
    [Fact]
    public void Record_FiftyMillion_InConstantMemory()
    {
        const int count = 50_000_000;
        var histogram = new Histogram();
        Fill(histogram, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fill(histogram, count);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(count + 1, histogram.TotalCount);
    }

    // Compiled once and for all: a loop that the runtime replaces while it runs may allocate on this thread.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(Histogram histogram, int count)
    {
        var state = 1u;
        for (var i = 0; i < count; i++)
        {
            state = state * 1664525 + 1013904223;
            histogram.Record(state >> 8);
        }
    }

    [Fact]
    public void DrainTo_WhileOthersRecord_LosesNothing()
    {
        const int count = 2_000_000;
        var (live, kept) = (new Histogram(), new Histogram());
        var recording = Task.Run(() =>
        {
            for (var i = 0; i < count; i++)
                live.Record(i & 4095);
        }, TestContext.Current.CancellationToken);
        while (!recording.IsCompleted)
            live.DrainTo(kept);
        live.DrainTo(kept);

        Assert.Equal(count, kept.TotalCount);
    }
}
