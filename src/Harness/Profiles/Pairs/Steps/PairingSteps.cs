using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Connecting, authenticating, presence, leaving.</summary>
[Binding]
public sealed class PairingSteps(World world)
{
    /// <summary>Within which a relay sends the close frame of a connection that it ends (ERR-21).</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    /// <summary>How late both sides' schedulers may be.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1);

    private static readonly PeerName OtherPhone = PeerName.Parse("the other phone");

    [StepWords("which")]
    public static Words<PeerName> Which { get; } = new(("a", PeerName.Phone), ("another", OtherPhone));

    [StepWords("handshake")]
    public static Words<Opening> Openings { get; } =
        new(("", Opening.Plain), (" with its token in the handshake", Opening.WithToken), (" that offers compression", Opening.OffersCompression));

    [StepArgumentTransformation("close", "(?: normally| (?:as|for|to) [a-z ]+)?")]
    public static int[] Close(string text) => text.Length == 0 ? [] : StepValues.Closing(text.Trim());

    [StepWords("going")]
    public static Words<Going> Goings { get; } = new(("leaves", Going.Leaves), ("is cut off by its network", Going.IsCutOff));

    [StepWords("acceptance")]
    public static Words<Acceptance> Acceptances { get; } = new(
        ("while its peer is online", Acceptance.WithPeer),
        ("while its peer is offline", Acceptance.WithoutPeer),
        ("with its daily quota and use", Acceptance.WithQuota));

    [StepWords("refuser")]
    public static Words<bool> OnlyAuthFail { get; } = new(("auth.fail", true), ("an error", false));

    /// <summary>Said again after "a relay of its own", where the relay under test has to do, it means the pair that is there.</summary>
    [Given("an innocent pair that relays", Role = StepRole.PositiveControl)]
    [Costs(nameof(CostOfTheInnocentPair))]
    public async Task AnInnocentPairThatRelays()
    {
        if (!world.Cast.HasConnected(PeerName.InnocentPhone))
            await PairAsync(PeerName.InnocentPhone);
        await StillRelays(PeerName.InnocentPhone);
    }

    [Given("{which} paired phone and agent")]
    public Task APairedPhoneAndAgent(PeerName phone) => PairAsync(phone);

    [Then("the innocent pair still relays", Role = StepRole.LivenessCheck)]
    [Costs(nameof(CostOfTheInnocentPair))]
    public Task TheInnocentPairStillRelays() => StillRelays(PeerName.InnocentPhone);

    [Then("{pair} still relays")]
    [Costs(nameof(StepCost.OneMessageEachWay))]
    public Task StillRelays(PeerName phone) => world.Traffic.RelayBothWaysAsync(phone, phone.Opposite);

    [Then("{pair} still relays, if {peer} was not closed")]
    [Costs(nameof(StepCost.OneMessageEachWay))]
    public async Task StillRelaysIfNotClosed(PeerName phone, PeerName peer)
    {
        var sender = world.Cast.Peer(peer);
        try
        {
            if (!sender.Ended.IsCompleted)
                await StillRelays(phone);
        }
        catch (ExpectationException) when (sender.Ended.IsCompleted)
        {
            // Its close frame came behind the error that was waited for.
        }

        if (sender.Ended.IsCompleted)
            throw new NotApplicableException($"the relay closed the {peer.Name}, which it may: there is no pairing left to keep");
    }

    [When("{peer} connects")]
    public Task Connects(PeerName peer) => world.Cast.ConnectAsync(peer);

    [When("{peer} opens a connection{handshake}")]
    public async Task OpensAConnection(PeerName peer, Opening how)
    {
        var token = await world.Purse.TokenAsync(peer.Group);
        var endpoint = world.Target.Endpoint;
        var headers = new Dictionary<string, string>(endpoint.Headers);
        if (how == Opening.Plain)
        {
            await world.Cast.OpenAsync(peer, token);
            return;
        }

        if (how == Opening.OffersCompression)
        {
            headers["Sec-WebSocket-Extensions"] = Deflate.Offer;
            var opened = await world.Cast.OpenAsync(peer, token, endpoint with { Headers = headers });
            if (!opened.Connection.IsCompressed)
                throw new NotApplicableException("the relay does not negotiate permessage-deflate");
            return;
        }

        // Everything but auth: the token and the role in the query, a header and a cookie.
        var query = $"token={token}&role={world.Target.RoleName(peer.Role)}";
        headers["Authorization"] = $"Bearer {token}";
        headers["Cookie"] = query.Replace('&', ';');
        await world.Cast.OpenAsync(peer, token, endpoint with { Url = new UriBuilder(endpoint.Url) { Query = query }.Uri, Headers = headers });
    }

    /// <summary>One row a member; a row <c>length</c> pads the message to as much as is promised, or to one byte more.</summary>
    [When("{peer} authenticates with")]
    public async Task AuthenticatesWith(PeerName peer, IReadOnlyList<IReadOnlyList<string>> members)
    {
        var payload = members.Where(row => row[0] != "length").ToDictionary(row => row[0], row => Value(row[1]));
        if (members.FirstOrDefault(row => row[0] == "length") is { } length)
        {
            payload["padding"] = "";
            var plain = world.Envelopes.Create("auth", JsonSerializer.Serialize(payload)).Bytes.Length;
            payload["padding"] = new string('x', Promises.AuthMessageBytes + (length[1] == "as promised" ? 0 : 1) - plain);
        }

        await world.Traffic.SendAsync(peer, world.Envelopes.Create("auth", JsonSerializer.Serialize(payload)));

        string Value(string text) => text switch
        {
            "its token" => world.Cast.Peer(peer).Token,
            "its token with a space" => world.Cast.Peer(peer).Token + " ",
            "its token in capitals" => world.Cast.Peer(peer).Token.ToUpperInvariant(),
            "the other token" => world.Cast.Peer(OtherPhone).Token,
            "an unknown token" => Purse.UnknownToken(),
            "its role" => world.Cast.Peer(peer).Role,
            "phone" or "agent" => world.Target.RoleName(Roles.Words.Parse(text)),
            _ => text,
        };
    }

    [Then("{peer} is accepted {acceptance}")]
    public async Task IsAccepted(PeerName peer, Acceptance how)
    {
        var expected = $"auth.ok for the {peer.Name}, {Acceptances.For(how)}";
        var answer = await world.Cast.Peer(peer).NextMessageAsync(expected, world.Deadline);
        var holds = answer.Type == "auth.ok" && how switch
        {
            Acceptance.WithQuota => answer.Payload("daily_quota_bytes") is not null && answer.Payload("daily_used_bytes") is not null,
            _ => answer.Payload("paired")?.ValueKind == (how == Acceptance.WithPeer ? JsonValueKind.True : JsonValueKind.False),
        };
        if (!holds)
            throw new ExpectationException(expected, $"it received {answer}");
    }

    /// <summary>The refusal of a first message: an error envelope of one of these codes, then the end of the connection.</summary>
    [Then("{peer} is refused with {refuser} {code}")]
    public Task IsRefused(PeerName peer, bool onlyAuthFail, ErrorCodes codes) => IsRefusedAsync(peer, new Unwelcome(onlyAuthFail, codes));

    /// <summary>The refusal of a first message for its size: a close code says enough.</summary>
    [Then("{peer} is refused with an error, or closed as too big")]
    public Task IsRefusedForItsSize(PeerName peer) => IsRefusedAsync(peer, new Unwelcome(OnlyAuthFail: false, null));

    private async Task IsRefusedAsync(PeerName peer, Unwelcome how)
    {
        var expected = $"the {peer.Name} is refused with {how}, and its connection closed";
        var client = world.Cast.Peer(peer);
        ReceivedMessage answer;
        try
        {
            answer = await client.NextMessageAsync(expected, world.Deadline);
        }
        catch (ExpectationException) when (how.Codes is null && client.Ended is { IsCompletedSuccessfully: true, Result.CloseCode: 1009 })
        {
            return;
        }

        if (answer.Type is not ("auth.fail" or "chat.error") || (how.OnlyAuthFail && answer.Type != "auth.fail")
            || answer.Code is not { } code || how.Codes?.Codes.Contains(code) == false)
            throw new ExpectationException(expected, $"it received {answer}");
        world.LastError = answer;
        await client.EndAsync(expected, world.Deadline);
    }

    [Then("{peer} is told that its peer is {presence}")]
    public async Task IsToldThatItsPeerIs(PeerName peer, Presence presence)
    {
        var expected = $"the {peer.Name} receives status {StepValues.Presences.For(presence)}";
        var notice = await world.Cast.Peer(peer).NextNoticeAsync(expected, world.Deadline);
        if (!StepValues.Tells(notice, presence))
            throw new ExpectationException(expected, $"it received {notice}");
    }

    [Then("{peer} is told nothing more about its peer")]
    [Costs(nameof(StepCost.OneMessage))]
    public async Task IsToldNothingMore(PeerName peer)
    {
        await world.Traffic.FenceAsync(peer);
        if (world.Cast.Peer(peer).UnreadNotice() is { } notice)
            throw new ExpectationException($"no further status for the {peer.Name}", $"it received {notice}");
    }

    [Then("{peer} was sent nothing")]
    public void WasSentNothing(PeerName peer)
    {
        if (world.Cast.Peer(peer).Received is [var first, ..])
            throw new ExpectationException($"no envelope for the {peer.Name}", $"it received {first}");
    }

    [When("{peer} {going}")]
    public Task Leaves(PeerName peer, Going how)
    {
        if (how == Going.Leaves)
            return world.Cast.Peer(peer).CloseAsync(1000, world.Deadline);
        world.Cast.Peer(peer).Connection.Reset();
        return Task.CompletedTask;
    }

    /// <summary>In whatever way, or with a code that means what the words say.</summary>
    [Then("{peer}'s connection is closed{close}")]
    public async Task ConnectionIsClosed(PeerName peer, int[] codes)
    {
        var expected = $"the {peer.Name}'s connection is closed{(codes.Length > 0 ? " with " + string.Join(" or ", codes) : "")}";
        var end = await world.Cast.Peer(peer).EndAsync(expected, world.Deadline);
        if (codes.Length > 0 && (end.CloseCode is not { } code || !codes.Contains(code)))
            throw new ExpectationException(expected, $"it ended with {end}");
    }

    /// <summary>The event that ends the connection is over when this step begins.</summary>
    [Then("{peer} is sent a close frame in time")]
    public async Task IsSentACloseFrame(PeerName peer)
    {
        var expected = $"a close frame for the {peer.Name} within {CloseTime.TotalSeconds} s";
        var client = world.Cast.Peer(peer);
        await client.CloseFrameAsync(expected, new Deadline(CloseTime + Lateness, world.CancellationToken));
        if (client.Ended is { IsCompletedSuccessfully: true, Result: { CloseCode: null } end })
            throw new ExpectationException(expected, $"it ended with {end}");
    }

    [Then("{peer} is still connected")]
    [Costs(nameof(StepCost.OneMessage))]
    public Task IsStillConnected(PeerName peer) => world.Traffic.FenceAsync(peer);

    private static StepCost CostOfTheInnocentPair() => StepCost.OneMessageEachWay(PeerName.InnocentPhone);

    private async Task PairAsync(PeerName phone)
    {
        await world.Cast.ConnectAsync(phone);
        await world.Cast.ConnectAsync(phone.Opposite);
        await IsToldThatItsPeerIs(phone, Presence.Online);
    }

    /// <summary>How a first message may be refused.</summary>
    /// <param name="Codes">Null: whatever code, or 1009 without a word.</param>
    private sealed record Unwelcome(bool OnlyAuthFail, ErrorCodes? Codes)
    {
        public override string ToString() => Codes is null ? "an error envelope, or 1009" : $"{(OnlyAuthFail ? "auth.fail" : "an error envelope")} {Codes}";
    }

    /// <summary>How a peer opens its connection.</summary>
    public enum Opening { Plain, WithToken, OffersCompression }

    /// <summary>How a peer goes.</summary>
    public enum Going { Leaves, IsCutOff }

    /// <summary>What an <c>auth.ok</c> says.</summary>
    public enum Acceptance { WithPeer, WithoutPeer, WithQuota }
}
