using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Limits;

public sealed class QuotaLeaseTests
{
    private static readonly DateTimeOffset May31 = new(2026, 5, 31, 23, 59, 59, TimeSpan.Zero);
    private readonly ManualTime _time = new(May31);

    private Usage Request(QuotaLease lease, long atLeast = 0) =>
        lease.Request(atLeast, 524_288_000, _time.GetUtcNow(), _time.GetTimestamp(), _time);

    [Fact]
    public void TryCount_WithoutLease_CountsNothing()
    {
        var lease = new QuotaLease(default);

        Assert.False(lease.TryCount(1, May31));
        Assert.Equal(0, lease.Used(May31).DayBytes);
    }

    [Fact]
    public void TryCount_NeverExceedsWhatTheStoreHolds()
    {
        var lease = new QuotaLease(default);
        Usage stored = default;
        var random = new Random(3);
        for (var i = 0; i < 10_000; i++)
        {
            var size = random.Next(1, 20_000);
            if (!lease.TryCount(size, _time.GetUtcNow()))
                lease.Granted(stored = Request(lease, size));
            else if (lease.IsShort)
                lease.Granted(stored = Request(lease));
            Assert.True(stored.DayBytes >= lease.Used(_time.GetUtcNow()).DayBytes);
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
        }

        Assert.True(lease.Used(_time.GetUtcNow()).MonthBytes > 0);
    }

    [Fact]
    public void Request_LargerThanTheLease_CoversTheMessage()
    {
        var lease = new QuotaLease(default);
        lease.Granted(Request(lease, 5_242_880));

        Assert.True(lease.TryCount(5_242_880, May31));
    }

    [Fact]
    public void Used_AcrossMidnightAtMonthEnd_StartsBothWindows()
    {
        var lease = new QuotaLease(default);
        lease.Granted(Request(lease, 1000));
        Assert.True(lease.TryCount(1000, May31));

        Usage before = lease.Used(May31), after = lease.Used(May31.AddSeconds(1));

        Assert.Equal((1000, 1000), (before.DayBytes, before.MonthBytes));
        Assert.Equal((0, 0), (after.DayBytes, after.MonthBytes));
        Assert.False(lease.TryCount(1, May31.AddSeconds(1)));
    }

    [Fact]
    public void Used_ClockSetBack_KeepsTheLaterWindow()
    {
        var lease = new QuotaLease(default);
        lease.Granted(Request(lease, 1000));
        Assert.True(lease.TryCount(1000, May31));

        Assert.Equal(1000, lease.Used(May31.AddDays(-3)).DayBytes);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(400)]
    public void Used_ClockFarAheadAndSetRight_CountsInThePresent(int days)
    {
        var lease = new QuotaLease(default);
        lease.Granted(Request(lease, 1000));
        lease.Used(May31.AddDays(days));
        lease.Granted(lease.Request(1000, 524_288_000, May31.AddDays(days), 1, _time));
        Assert.True(lease.TryCount(1000, May31.AddDays(days)));

        Usage back = lease.Used(May31), next = lease.Used(May31.AddSeconds(1));

        Assert.Equal(1000, back.DayBytes);
        Assert.Equal((1000, 1000), (back.MillisecondsToNextDay(May31), back.MillisecondsToNextMonth(May31)));
        Assert.Equal((0, 0), (next.DayBytes, next.MonthBytes));
    }

    [Fact]
    public void Used_ClockBackOverMidnightAndOnAgain_HandsNothingOutTwice()
    {
        var lease = new QuotaLease(default);
        var june = May31.AddSeconds(1);
        lease.Granted(lease.Request(1000, 524_288_000, june, 1, _time));
        Assert.True(lease.TryCount(1000, june));

        foreach (var look in new[] { May31, May31.AddHours(-23), june, june.AddHours(23) })
            Assert.Equal((1000, 1000), (lease.Used(look).DayBytes, lease.Used(look).MonthBytes));
    }

    [Fact]
    public void GiveBack_AfterUse_IsTheTrueUsage()
    {
        var lease = new QuotaLease(default);
        lease.Granted(Request(lease, 1000));
        lease.TryCount(700, May31);

        Assert.Equal(700, lease.GiveBack(May31).DayBytes);
        Assert.False(lease.TryCount(1, May31));
    }

    [Fact]
    public void Windows_RetryAfter_PointsAtTheReset()
    {
        Usage may = default(Usage).At(May31), june = may.At(May31.AddSeconds(1));

        Assert.Equal(1000, may.MillisecondsToNextDay(May31));
        Assert.Equal(1000, may.MillisecondsToNextMonth(May31));
        Assert.Equal(86_400_000L, june.MillisecondsToNextDay(May31.AddSeconds(1)));
        Assert.Equal(30 * 86_400_000L, june.MillisecondsToNextMonth(May31.AddSeconds(1)));

        // The clock is set back over midnight: the day that has begun goes on.
        Assert.Equal(86_401_000L, june.At(May31).MillisecondsToNextDay(May31));
        Assert.Equal(30 * 86_400_000L + 1000, june.At(May31).MillisecondsToNextMonth(May31));
    }
}
