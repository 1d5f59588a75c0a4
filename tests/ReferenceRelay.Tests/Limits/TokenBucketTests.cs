using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Tests.Limits;

public sealed class TokenBucketTests
{
    private const long Second = 10_000_000;

    [Fact]
    public void TryTake_FullBurst_AllowsExactlyThatMany()
    {
        var bucket = default(TokenBucket);
        for (var i = 0; i < 30; i++)
            Assert.True(bucket.TryTake(30, 5 * Second, Second, out _));

        Assert.False(bucket.TryTake(30, 5 * Second, Second, out var wait));
        Assert.Equal(2000, wait);
    }

    [Fact]
    public void TryTake_AfterTheWait_AllowsExactlyOne()
    {
        var bucket = default(TokenBucket);
        var now = 5 * Second;
        while (bucket.TryTake(120, now, Second, out _)) { }
        Assert.False(bucket.TryTake(120, now, Second, out var wait));
        Assert.Equal(500, wait);

        Assert.False(bucket.TryTake(120, now + (wait - 1) * Second / 1000, Second, out var rest));
        Assert.Equal(1, rest);
        Assert.True(bucket.TryTake(120, now + wait * Second / 1000, Second, out _));
        Assert.False(bucket.TryTake(120, now + wait * Second / 1000, Second, out _));
    }

    [Fact]
    public void TryTake_OverAnHour_NeverExceedsRatePlusBurst()
    {
        var bucket = default(TokenBucket);
        var taken = 0;
        for (var now = Second; now <= 3601 * Second; now += Second / 10)
            taken += bucket.TryTake(30, now, Second, out _) ? 1 : 0;

        Assert.InRange(taken, 30 + 30 * 60 - 1, 30 + 30 * 60);
    }

    [Fact]
    public void IsFull_AfterAMinute_IsTrueAgain()
    {
        var bucket = default(TokenBucket);
        while (bucket.TryTake(30, Second, Second, out _)) { }

        Assert.False(bucket.IsFull(30, 60 * Second, Second));
        Assert.True(bucket.IsFull(30, 61 * Second, Second));
    }
}
