using System.Text.Json;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Steps;

/// <summary>Connecting, authenticating, presence, leaving.</summary>
[Binding]
public sealed class PairingSteps(World world)
{
    private static readonly PeerName OtherPhone = PeerName.Parse("the other phone");

    [Given("an innocent pair that relays")]
    public async Task AnInnocentPairThatRelays()
    {
        await PairAsync(PeerName.InnocentPhone, PeerName.InnocentAgent);
        await world.RelayBothWaysAsync(PeerName.InnocentPhone, PeerName.InnocentAgent);
    }

    [Then("the innocent pair still relays")]
    public Task TheInnocentPairStillRelays() => world.RelayBothWaysAsync(PeerName.InnocentPhone, PeerName.InnocentAgent);

    [Given("a paired phone and agent")]
    public Task APairedPhoneAndAgent() => PairAsync(PeerName.Phone, PeerName.Agent);

    [Given("another paired phone and agent")]
    public Task AnotherPairedPhoneAndAgent() => PairAsync(OtherPhone, OtherPhone.Opposite);

    [Given("{peer} is connected")]
    [When("{peer} connects")]
    public Task Connects(PeerName peer) => world.ConnectAsync(peer);

    [When("{peer} opens a connection")]
    public Task OpensAConnection(PeerName peer) => world.OpenAsync(peer);

    /// <summary>Everything but auth: the token and the role in the query, a header and a cookie of the handshake.</summary>
    [When("{peer} opens a connection with its token in the handshake")]
    public async Task OpensWithItsTokenInTheHandshake(PeerName peer)
    {
        var token = await world.TokenAsync(peer.Group);
        var endpoint = world.Target.Endpoint;
        var query = $"token={token}&role={world.Target.RoleName(peer.Role)}";
        await world.OpenAsync(peer, token, endpoint with
        {
            Url = new UriBuilder(endpoint.Url) { Query = query }.Uri,
            Headers = new Dictionary<string, string>(endpoint.Headers) { ["Authorization"] = $"Bearer {token}", ["Cookie"] = query.Replace('&', ';') },
        });
    }

    [When("{peer} authenticates with")]
    public async Task AuthenticatesWith(PeerName peer, IReadOnlyList<IReadOnlyList<string>> members)
    {
        var payload = members.ToDictionary(row => row[0], row => Value(row[1]));
        await world.SendAsync(peer, world.Envelopes.Create("auth", JsonSerializer.Serialize(payload)));

        string Value(string text) => text switch
        {
            "its token" => world.Peer(peer).Token,
            "its token with a space" => world.Peer(peer).Token + " ",
            "its token in capitals" => world.Peer(peer).Token.ToUpperInvariant(),
            "the other token" => world.Peer(OtherPhone).Token,
            "an unknown token" => "oc_pair_" + Guid.NewGuid().ToString("N"),
            "its role" => world.Peer(peer).Role,
            _ => text,
        };
    }

    [Then("{peer} is accepted while its peer is {presence}")]
    public async Task IsAccepted(PeerName peer, string presence)
    {
        var expected = $"auth.ok with paired {(presence == "online" ? "true" : "false")} for the {peer.Name}";
        var answer = await world.Peer(peer).NextMessageAsync(expected, world.Deadline);
        if (answer.Type != "auth.ok" || answer.Payload("paired")?.ValueKind != (presence == "online" ? JsonValueKind.True : JsonValueKind.False))
            throw new ExpectationException(expected, $"it received {answer.Describe()}");
    }

    [Then("{peer} is accepted with its daily quota and use")]
    public async Task IsAcceptedWithItsQuota(PeerName peer)
    {
        var expected = $"auth.ok with daily_quota_bytes and daily_used_bytes for the {peer.Name}";
        var answer = await world.Peer(peer).NextMessageAsync(expected, world.Deadline);
        if (answer.Type != "auth.ok" || answer.Payload("daily_quota_bytes") is null || answer.Payload("daily_used_bytes") is null)
            throw new ExpectationException(expected, $"it received {answer.Describe()}");
    }

    [When("{peer} authenticates with a message as long as promised")]
    public Task AuthenticatesAtLength(PeerName peer) => AuthenticatesAtLength(peer, Promises.AuthMessageBytes);

    [When("{peer} authenticates with a message of one byte more than promised")]
    public Task AuthenticatesBeyondLength(PeerName peer) => AuthenticatesAtLength(peer, Promises.AuthMessageBytes + 1);

    [Then("{peer}'s connection is closed after an error or as too big")]
    public async Task IsClosedAfterAnErrorOrAsTooBig(PeerName peer)
    {
        var expected = $"the {peer.Name}'s connection is closed, after an error envelope or with 1009";
        var end = await world.Peer(peer).EndAsync(expected, world.Deadline);
        var answer = world.Peer(peer).Unread();
        if (answer is null ? end.CloseCode != 1009 : answer.Code is null)
            throw new ExpectationException(expected, answer is null ? $"it ended with {end}" : $"it received {answer.Describe()}");
    }

    /// <summary>The refusal of a first message: an error envelope, then the end of the connection.</summary>
    [Then("{peer} is refused with {type} {code}")]
    public async Task IsRefused(PeerName peer, string type, ErrorCodes codes)
    {
        await ExpectErrorAsync(peer, [type], codes);
        await world.Peer(peer).EndAsync($"the relay closes the {peer.Name}'s connection after {codes}", world.Deadline);
    }

    [Then("{peer} is refused with an error {code}")]
    public async Task IsRefusedWithAnError(PeerName peer, ErrorCodes codes)
    {
        await ExpectErrorAsync(peer, ["auth.fail", "chat.error"], codes);
        await world.Peer(peer).EndAsync($"the relay closes the {peer.Name}'s connection after {codes}", world.Deadline);
    }

    [Then("{peer} is told that its peer is {presence}")]
    public async Task IsToldThatItsPeerIs(PeerName peer, string presence)
    {
        var expected = $"the {peer.Name} is told status {presence}";
        var notice = await world.Peer(peer).NextNoticeAsync(expected, world.Deadline);
        if (notice.Payload("peer") is not { ValueKind: JsonValueKind.String } said || said.GetString() != presence)
            throw new ExpectationException(expected, $"it received {notice.Describe()}");
    }

    [Then("{peer} is told nothing more about its peer")]
    public async Task IsToldNothingMore(PeerName peer)
    {
        await world.FenceAsync(peer);
        if (world.Peer(peer).UnreadNotice() is { } notice)
            throw new ExpectationException($"no further status for the {peer.Name}", $"it received {notice.Describe()}");
    }

    [Then("{peer} was sent nothing")]
    public void WasSentNothing(PeerName peer)
    {
        if (world.Peer(peer).Received is [var first, ..])
            throw new ExpectationException($"no envelope for the {peer.Name}", $"it received {first.Describe()}");
    }

    [When("{peer} leaves")]
    public Task Leaves(PeerName peer) => world.Peer(peer).CloseAsync(1000, world.Deadline);

    [When("{peer} is cut off by its network")]
    public void IsCutOff(PeerName peer) => world.Peer(peer).Connection.Reset();

    [Then("{peer}'s connection is closed")]
    public Task ConnectionIsClosed(PeerName peer) =>
        world.Peer(peer).EndAsync($"the relay closes the {peer.Name}'s connection", world.Deadline);

    [Then("{peer}'s connection is closed {closing}")]
    public async Task ConnectionIsClosedWith(PeerName peer, int[] codes)
    {
        var expected = $"the {peer.Name}'s connection is closed with {string.Join(" or ", codes)}";
        var end = await world.Peer(peer).EndAsync(expected, world.Deadline);
        if (end.CloseCode is not { } code || !codes.Contains(code))
            throw new ExpectationException(expected, $"it ended with {end}");
    }

    [Then("{peer} is still connected")]
    public Task IsStillConnected(PeerName peer) => world.FenceAsync(peer);

    [Then("the pair still relays")]
    public Task ThePairStillRelays() => world.RelayBothWaysAsync(PeerName.Phone, PeerName.Agent);

    [Then("the other pair still relays")]
    public Task TheOtherPairStillRelays() => world.RelayBothWaysAsync(OtherPhone, OtherPhone.Opposite);

    [Then("the pair still relays, if {peer} was not closed")]
    public Task ThePairStillRelaysIfNotClosed(PeerName peer) => world.Peer(peer).Ended.IsCompleted ? Task.CompletedTask : ThePairStillRelays();

    private async Task PairAsync(PeerName phone, PeerName agent)
    {
        await world.ConnectAsync(phone);
        await world.ConnectAsync(agent);
        await IsToldThatItsPeerIs(phone, "online");
    }

    private Task AuthenticatesAtLength(PeerName peer, int bytes)
    {
        var sender = world.Peer(peer);
        string Payload(int padding) => $$"""{"token":{{Json.Quote(sender.Token)}},"role":{{Json.Quote(sender.Role)}},"padding":"{{new string('x', padding)}}"}""";
        var plain = world.Envelopes.Create("auth", Payload(0)).Bytes.Length;
        return world.SendAsync(peer, world.Envelopes.Create("auth", Payload(bytes - plain)));
    }

    private async Task ExpectErrorAsync(PeerName peer, string[] types, ErrorCodes codes)
    {
        var expected = $"the {peer.Name} is refused with {string.Join(" or ", types)} {codes}";
        var answer = await world.Peer(peer).NextMessageAsync(expected, world.Deadline);
        if (!types.Contains(answer.Type) || answer.Code is not { } code || !codes.Codes.Contains(code))
            throw new ExpectationException(expected, $"it received {answer.Describe()}");
        world.LastError = answer;
    }
}
