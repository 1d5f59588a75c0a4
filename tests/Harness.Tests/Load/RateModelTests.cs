using System.Diagnostics;
using CoralMux.Harness.Profiles.Pairs.Load.Decisions;

namespace CoralMux.Harness.Tests.Load;

/// <summary>30 a minute: a bucket of 30 that gains one every two seconds.</summary>
public sealed class RateModelTests
{
    private const int PerMinute = 30;
    private static readonly long Start = 1000 * Stopwatch.Frequency;

    [Fact]
    public void Judge_OneMoreThanTheBurst_IsWrong() => Assert.False(Judge(Emptied(), 0.1, 0.1, accepted: true));

    [Fact]
    public void Judge_RefusalAfterTheBurst_IsRight() => Assert.True(Judge(Emptied(), 0.1, 0.1, accepted: false));

    [Fact]
    public void Judge_RefusalWithinTheBurst_IsWrong()
    {
        var model = new RateModel(PerMinute);
        for (var i = 0; i < PerMinute - 2; i++)
            Assert.True(Judge(model, 0, 0, accepted: true));
        Assert.False(Judge(model, 0, 0, accepted: false));
    }

    [Theory]
    [InlineData(1.9, true, false)]
    [InlineData(2.1, true, true)]
    [InlineData(1.9, false, true)]
    [InlineData(2.1, false, false)]
    public void Judge_AfterARefill_KnowsWhetherOneIsThere(double second, bool accepted, bool right) =>
        Assert.Equal(right, Judge(Emptied(), second, second, accepted));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Judge_AnswerThatCameAfterTheLine_IsUncertain(bool accepted) =>
        // Sent before there was one again, answered after: the relay may have decided at either time.
        Assert.Null(Judge(Emptied(), 1.5, 2.5, accepted));

    [Fact]
    public void Judge_LongPause_FillsNoMoreThanTheBucket()
    {
        var model = Emptied();
        for (var i = 0; i < PerMinute; i++)
            Assert.True(Judge(model, 3600, 3600, accepted: true));
        Assert.False(Judge(model, 3600, 3600, accepted: true));
    }

    private static RateModel Emptied()
    {
        var model = new RateModel(PerMinute);
        for (var i = 0; i < PerMinute; i++)
            Assert.True(Judge(model, 0, 0, accepted: true));
        return model;
    }

    private static bool? Judge(RateModel model, double sentAt, double settledAt, bool accepted) =>
        model.Judge(At(sentAt), At(settledAt), accepted, out _, out _);

    private static long At(double second) => Start + (long)(second * Stopwatch.Frequency);
}
