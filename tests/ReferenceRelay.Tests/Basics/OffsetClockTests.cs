using CoralMux.ReferenceRelay.Basics;

namespace CoralMux.ReferenceRelay.Tests.Basics;

public sealed class OffsetClockTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("-12h", -43200)]
    [InlineData("+1.5m", 90)]
    public void FromEnvironment_ATime_ShiftsTheWallClockAlone(string text, int seconds)
    {
        var clock = OffsetClock.FromEnvironment(_ => text)!;
        var off = clock.GetUtcNow() - TimeProvider.System.GetUtcNow();
        Assert.InRange(off.TotalSeconds, seconds - 5, seconds + 5);
        Assert.Equal(TimeProvider.System.TimestampFrequency, clock.TimestampFrequency);
    }

    [Fact]
    public void FromEnvironment_NothingOrNonsense_IsTheSystemsOrNone()
    {
        Assert.Same(TimeProvider.System, OffsetClock.FromEnvironment(_ => null));
        Assert.Null(OffsetClock.FromEnvironment(_ => "tomorrow"));
    }
}
