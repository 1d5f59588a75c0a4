using CoralMux.Harness.Steps;

namespace CoralMux.Harness.Tests.Steps;

/// <summary>How many messages a relay may let through is its full bucket and what has flowed in since, whole messages only.</summary>
public sealed class RateMarginTests
{
    private static readonly TimeSpan Began = TimeSpan.FromSeconds(7);

    [Theory]
    [InlineData(30, 0, 30)]
    [InlineData(30, 1999, 30)]
    [InlineData(30, 2000, 31)]
    [InlineData(30, 3999, 31)]
    [InlineData(120, 60_000, 240)]
    public void Allowed_SomeTimeAfterTheBurstBegan_IsTheBucketAndWhatFlowedIn(int rate, int milliseconds, int allowed)
    {
        var margin = new RateMargin();
        margin.BurstBegins(PeerName.Phone, Began);

        Assert.Equal(allowed, margin.Allowed(PeerName.Phone, rate, Began + TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Fact]
    public void Allowed_WithoutABurstOfThatRoleAndToken_IsUnknown()
    {
        var margin = new RateMargin();
        margin.BurstBegins(PeerName.Phone, Began);

        Assert.Null(margin.Allowed(PeerName.Agent, 120, Began));
        Assert.Null(margin.Allowed(PeerName.InnocentPhone, 30, Began));
        Assert.NotNull(margin.Allowed(PeerName.Parse("the second phone"), 30, Began));
    }

    [Fact]
    public void Allowed_AfterASecondBurst_CountsFromThatOne()
    {
        var margin = new RateMargin();
        margin.BurstBegins(PeerName.Phone, Began);
        margin.BurstBegins(PeerName.Phone, Began + TimeSpan.FromMinutes(1));

        Assert.Equal(30, margin.Allowed(PeerName.Phone, 30, Began + TimeSpan.FromMinutes(1)));
    }
}
