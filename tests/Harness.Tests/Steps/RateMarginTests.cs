using System.Text;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Worlds;

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

    /// <summary>Of the role's own token, since the burst began: what arrived at the other end, and what found nobody there.</summary>
    [Fact]
    public void Accepted_AfterABurst_CountsWhatArrivedAndWhatFoundNobody()
    {
        var margin = new RateMargin();
        margin.BurstBegins(PeerName.Phone, Began);
        const string Message = "chat.send", Error = "chat.error", Offline = "PEER_OFFLINE", Limited = "RATE_LIMITED";

        Assert.Equal(4, margin.Accepted(
            PeerName.Phone,
            [
                (PeerName.Agent, [Received(-1, Message), Received(0, Message), Received(1, Message), Received(1, "status")]),
                (PeerName.Parse("the second phone"),
                [
                    Received(-1, Error, Offline),
                    Received(0, Error, Offline),
                    Received(1, Error, Offline),
                    Received(1, Error, Limited),
                    Received(1, Error, Offline, "forwarded"),
                ]),
                (PeerName.InnocentAgent, [Received(1, Message)]),
                (PeerName.InnocentPhone, [Received(1, Error, Offline)]),
            ],
            message => message.Type == Message || message.Id == "forwarded"));
    }

    private static ReceivedMessage Received(int seconds, string type, string? code = null, string id = "") =>
        new(Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","id":"{{id}}","payload":{"code":"{{code}}"} }"""), true, Began + TimeSpan.FromSeconds(seconds));
}
