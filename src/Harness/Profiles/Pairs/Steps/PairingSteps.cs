using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Connecting, authenticating, presence, leaving.</summary>
[Binding]
public sealed class PairingSteps(World world)
{
    private static readonly PeerName OtherPhone = PeerName.Parse("the other phone");

    [StepArgumentTransformation("which", "a|another")]
    public static PeerName Which(string text) => text == "a" ? PeerName.Phone : OtherPhone;

    [StepArgumentTransformation("handshake", "(?: with its token in the handshake| that offers compression)?")]
    public static string HowToOpen(string text) => text;

    [StepArgumentTransformation("close", "(?: normally| (?:as|for|to) [a-z ]+)?")]
    public static int[] Close(string text) => text.Length == 0 ? [] : StepValues.Closing(text.Trim());

    [StepArgumentTransformation("going", "leaves|is cut off by its network")]
    public static string Going(string text) => text;

    [StepArgumentTransformation("acceptance", "while its peer is (?:online|offline)|with its daily quota and use")]
    public static string Acceptance(string text) => text;

    [StepArgumentTransformation("unwelcome", @"(?:auth\.fail|an error) [A-Z][A-Z_]+(?: or [A-Z][A-Z_]+)*|an error, or closed as too big")]
    public static Unwelcome AsUnwelcome(string text) => text.EndsWith("too big", StringComparison.Ordinal)
        ? new Unwelcome(false, null)
        : new Unwelcome(text[0] == 'a' && text[1] == 'u', StepValues.Code(text[(text.StartsWith("an error ", StringComparison.Ordinal) ? "an error " : "auth.fail ").Length..]));

    /// <summary>Said again after "a relay of its own", where the relay under test has to do, it means the pair that is there.</summary>
    [Given("an innocent pair that relays", Role = StepRole.PositiveControl)]
    public async Task AnInnocentPairThatRelays()
    {
        if (!world.HasConnected(PeerName.InnocentPhone))
            await PairAsync(PeerName.InnocentPhone);
        await StillRelays(PeerName.InnocentPhone);
    }

    [Given("{which} paired phone and agent")]
    public Task APairedPhoneAndAgent(PeerName phone) => PairAsync(phone);

    [Then("the innocent pair still relays", Role = StepRole.LivenessCheck)]
    public Task TheInnocentPairStillRelays() => StillRelays(PeerName.InnocentPhone);

    [Then("{pair} still relays")]
    public Task StillRelays(PeerName phone) => world.RelayBothWaysAsync(phone, phone.Opposite);

    [Then("{pair} still relays, if {peer} was not closed")]
    public async Task StillRelaysIfNotClosed(PeerName phone, PeerName peer)
    {
        var sender = world.Peer(peer);
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
    public Task Connects(PeerName peer) => world.ConnectAsync(peer);

    [When("{peer} opens a connection{handshake}")]
    public async Task OpensAConnection(PeerName peer, string how)
    {
        var token = await world.TokenAsync(peer.Group);
        var endpoint = world.Target.Endpoint;
        if (how.Length == 0)
        {
            await world.OpenAsync(peer, token);
            return;
        }

        if (how == " that offers compression")
        {
            var opened = await world.OpenAsync(peer, token, endpoint with { Headers = new Dictionary<string, string>(endpoint.Headers) { ["Sec-WebSocket-Extensions"] = Deflate.Offer } });
            if (!opened.Connection.IsCompressed)
                throw new NotApplicableException("the relay does not negotiate permessage-deflate");
            return;
        }

        // Everything but auth: the token and the role in the query, a header and a cookie.
        var query = $"token={token}&role={world.Target.RoleName(peer.Role)}";
        await world.OpenAsync(peer, token, endpoint with
        {
            Url = new UriBuilder(endpoint.Url) { Query = query }.Uri,
            Headers = new Dictionary<string, string>(endpoint.Headers) { ["Authorization"] = $"Bearer {token}", ["Cookie"] = query.Replace('&', ';') },
        });
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

        await world.SendAsync(peer, world.Envelopes.Create("auth", JsonSerializer.Serialize(payload)));

        string Value(string text) => text switch
        {
            "its token" => world.Peer(peer).Token,
            "its token with a space" => world.Peer(peer).Token + " ",
            "its token in capitals" => world.Peer(peer).Token.ToUpperInvariant(),
            "the other token" => world.Peer(OtherPhone).Token,
            "an unknown token" => "oc_pair_" + Guid.NewGuid().ToString("N"),
            "its role" => world.Peer(peer).Role,
            "phone" or "agent" => world.Target.RoleName(text),
            _ => text,
        };
    }

    [Then("{peer} is accepted {acceptance}")]
    public async Task IsAccepted(PeerName peer, string how)
    {
        var expected = $"auth.ok for the {peer.Name}, {how}";
        var answer = await world.Peer(peer).NextMessageAsync(expected, world.Deadline);
        var holds = answer.Type == "auth.ok" && how switch
        {
            "with its daily quota and use" => answer.Payload("daily_quota_bytes") is not null && answer.Payload("daily_used_bytes") is not null,
            _ => answer.Payload("paired")?.ValueKind == (how.EndsWith("online", StringComparison.Ordinal) ? JsonValueKind.True : JsonValueKind.False),
        };
        if (!holds)
            throw new ExpectationException(expected, $"it received {answer}");
    }

    /// <summary>The refusal of a first message: an error envelope of one of these codes, then the end of the connection. For its size a close code says enough.</summary>
    [Then("{peer} is refused with {unwelcome}")]
    public async Task IsRefused(PeerName peer, Unwelcome how)
    {
        var expected = $"the {peer.Name} is refused with {how}, and its connection closed";
        var client = world.Peer(peer);
        ReceivedMessage answer;
        try
        {
            answer = await client.NextMessageAsync(expected, world.Deadline);
        }
        catch (ExpectationException) when (how.Codes is null && client.Ended is { IsCompletedSuccessfully: true, Result.CloseCode: 1009 })
        {
            return;
        }

        if (answer.Type is not ("auth.fail" or "chat.error") || (how.OnlyAuthFail && answer.Type != "auth.fail") || answer.Code is not { } code || how.Codes?.Codes.Contains(code) == false)
            throw new ExpectationException(expected, $"it received {answer}");
        world.LastError = answer;
        await client.EndAsync(expected, world.Deadline);
    }

    [Then("{peer} is told that its peer is {presence}")]
    public async Task IsToldThatItsPeerIs(PeerName peer, string presence)
    {
        var expected = $"the {peer.Name} is told status {presence}";
        var notice = await world.Peer(peer).NextNoticeAsync(expected, world.Deadline);
        if (notice.Payload("peer") is not { ValueKind: JsonValueKind.String } said || said.GetString() != presence)
            throw new ExpectationException(expected, $"it received {notice}");
    }

    [Then("{peer} is told nothing more about its peer")]
    public async Task IsToldNothingMore(PeerName peer)
    {
        await world.FenceAsync(peer);
        if (world.Peer(peer).UnreadNotice() is { } notice)
            throw new ExpectationException($"no further status for the {peer.Name}", $"it received {notice}");
    }

    [Then("{peer} was sent nothing")]
    public void WasSentNothing(PeerName peer)
    {
        if (world.Peer(peer).Received is [var first, ..])
            throw new ExpectationException($"no envelope for the {peer.Name}", $"it received {first}");
    }

    [When("{peer} {going}")]
    public Task Leaves(PeerName peer, string how)
    {
        if (how == "leaves")
            return world.Peer(peer).CloseAsync(1000, world.Deadline);
        world.Peer(peer).Connection.Reset();
        return Task.CompletedTask;
    }

    /// <summary>In whatever way, or with a code that means what the words say.</summary>
    [Then("{peer}'s connection is closed{close}")]
    public async Task ConnectionIsClosed(PeerName peer, int[] codes)
    {
        var expected = $"the {peer.Name}'s connection is closed{(codes.Length > 0 ? " with " + string.Join(" or ", codes) : "")}";
        var end = await world.Peer(peer).EndAsync(expected, world.Deadline);
        if (codes.Length > 0 && (end.CloseCode is not { } code || !codes.Contains(code)))
            throw new ExpectationException(expected, $"it ended with {end}");
    }

    [Then("{peer} is still connected")]
    public Task IsStillConnected(PeerName peer) => world.FenceAsync(peer);

    private async Task PairAsync(PeerName phone)
    {
        await world.ConnectAsync(phone);
        await world.ConnectAsync(phone.Opposite);
        await IsToldThatItsPeerIs(phone, "online");
    }

    /// <summary>How a first message may be refused.</summary>
    /// <param name="Codes">Null: whatever code, or 1009 without a word.</param>
    public sealed record Unwelcome(bool OnlyAuthFail, ErrorCodes? Codes)
    {
        public override string ToString() => Codes is null ? "an error envelope, or 1009" : $"{(OnlyAuthFail ? "auth.fail" : "an error envelope")} {Codes}";
    }
}
