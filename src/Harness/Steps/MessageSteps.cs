using System.Text;
using System.Text.Json;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Steps;

/// <summary>Envelopes sent, forwarded, answered, refused.</summary>
[Binding]
public sealed class MessageSteps(World world)
{
    [When("{peer} sends a/an {type} message")]
    public Task Sends(PeerName peer, string type) => world.SendAsync(peer, world.Envelopes.Sample(type));

    [When("{peer} sends a/an {type} message of {size}")]
    public Task SendsOfSize(PeerName peer, string type, MessageSize size) =>
        world.SendAsync(peer, world.Envelopes.OfSize(type, world.Target.Limits.MaxMessageBytes + size.BeyondMaximum));

    /// <summary>The text as it stands, white space and all; <c>&lt;id&gt;</c> and <c>&lt;ts&gt;</c> are filled in.</summary>
    [When("{peer} sends")]
    public Task SendsText(PeerName peer, string text) => world.SendAsync(peer, Encoding.UTF8.GetBytes(Fill(text)), Opcode.Text);

    [When("{peer} sends a chat.send message in a binary message")]
    public Task SendsBinary(PeerName peer) => world.SendAsync(peer, world.Envelopes.Sample("chat.send").Bytes, Opcode.Binary);

    [When("{peer} sends a/an {type} message of {size} in a binary message")]
    public Task SendsOfSizeBinary(PeerName peer, string type, MessageSize size) =>
        world.SendAsync(peer, world.Envelopes.OfSize(type, world.Target.Limits.MaxMessageBytes + size.BeyondMaximum).Bytes, Opcode.Binary);

    [When("{peer} sends a chat.send message with a payload nested to the depth promised")]
    public Task SendsNested(PeerName peer) => SendsNested(peer, Promises.NestingDepth);

    [When("{peer} sends a chat.send message with a payload nested deeper than promised")]
    public Task SendsNestedDeeper(PeerName peer) => SendsNested(peer, Promises.NestingDepth + 1);

    private Task SendsNested(PeerName peer, int depth)
    {
        var inner = depth - 1;
        return world.SendAsync(peer, world.Envelopes.Create("chat.send", $$"""{"text":{{new string('[', inner)}}{{new string(']', inner)}}}"""));
    }

    [When("{peer} sends a message of no bytes")]
    public Task SendsEmpty(PeerName peer) => world.SendAsync(peer, ReadOnlyMemory<byte>.Empty, Opcode.Text);

    [Then("{peer} receives it byte for byte")]
    public async Task ReceivesIt(PeerName peer)
    {
        var sent = world.LastSent ?? throw new InvalidOperationException("Nothing was sent before 'receives it'.");
        var received = await world.Peer(peer).NextMessageAsync($"the {peer.Name} receives the {sent.Sender}'s message of {sent.Bytes.Length} bytes", world.Deadline);
        World.ExpectSame(peer, sent.Bytes, received);
    }

    [Then("{peer} is answered {code}")]
    public async Task IsAnswered(PeerName peer, ErrorCodes codes)
    {
        var expected = $"the {peer.Name} is answered chat.error {codes}";
        var answering = world.Peer(peer).NextMessageAsync(expected, world.Deadline);
        if (world.LastSent is { } sent)
        {
            // That it passes is an answer too, and sooner than none.
            var ended = await Task.WhenAny([answering, .. world.PeersFacing(peer).Select(facing => facing.ArrivalOf(sent.Hash))]);
            if (ended != answering)
            {
                world.ExpectBeyondRate(peer);
                throw new ExpectationException(expected, "its peer received the message instead");
            }
        }

        var answer = await answering;
        if (answer.Type != "chat.error" || answer.Code is not { } code || !codes.Codes.Contains(code))
        {
            if (answer.Code == "PEER_OFFLINE")
                world.ExpectBeyondRate(peer);
            throw new ExpectationException(expected, $"it received {answer.Describe()}");
        }

        world.LastError = answer;
    }

    [Then("{peer} is answered with a pong")]
    public async Task IsAnsweredWithAPong(PeerName peer)
    {
        var pong = await world.Peer(peer).NextPongAsync($"the {peer.Name}'s ping is answered with pong", world.Deadline);
        if (world.Schemas.ValidateRelayEnvelope(pong.Bytes) is [var first, ..])
            throw new ExpectationException("a pong that is valid against its schema, its payload {}", $"{first} in {pong.Describe()}");
    }

    /// <summary>Two ways are open: it is accepted, or it is refused; silence is neither.</summary>
    [Then("{peer} receives it byte for byte, or {peer} is answered {code}")]
    public async Task ReceivesItOrIsAnswered(PeerName receiver, PeerName sender, ErrorCodes codes)
    {
        var expected = $"the {receiver.Name} receives the message, or the {sender.Name} is answered {codes}";
        await world.FenceAsync(sender);
        if (world.Peer(sender).Unread() is not { } answer)
            await ReceivesIt(receiver);
        else if (answer.Type != "chat.error" || answer.Code is not { } code || !codes.Codes.Contains(code))
            throw new ExpectationException(expected, $"the {sender.Name} received {answer.Describe()}");
        else
            world.LastError = answer;
    }

    [Then("{peer} is not answered")]
    public async Task IsNotAnswered(PeerName peer)
    {
        await world.FenceAsync(peer);
        if (world.Peer(peer).Unread() is { } answer)
            throw new ExpectationException($"no answer to the {peer.Name}", $"it received {answer.Describe()}");
    }

    /// <summary>For a connection that is over: nothing can come any more.</summary>
    [Then("nothing of it has reached {peer}")]
    public void NothingHasReached(PeerName peer)
    {
        if (world.Peer(peer).Received.FirstOrDefault(received => received.Hash == world.LastSent!.Hash) is { } message)
            throw new ExpectationException($"the {peer.Name} never receives it", $"it received {message.Describe()}");
    }

    [Then("{peer} and {peer} were given the same answer")]
    public async Task WereGivenTheSameAnswer(PeerName one, PeerName other)
    {
        async Task<string> AnswerAsync(PeerName peer)
        {
            var end = await world.Peer(peer).EndAsync($"the {peer.Name} is refused and closed", world.Deadline);
            var answer = world.Peer(peer).Unread();
            return $"{answer?.Type} {answer?.Code} '{answer?.Payload("message")}', then {end.CloseCode}";
        }

        var (first, second) = (await AnswerAsync(one), await AnswerAsync(other));
        if (first != second)
            throw new ExpectationException("the same answer to both", $"the {one.Name} was given {first}; the {other.Name} {second}");
    }

    [Then("the error tells nothing secret")]
    public void TheErrorTellsNothingSecret()
    {
        var error = world.LastError ?? throw new InvalidOperationException("There was no error before.");
        var text = Encoding.UTF8.GetString(error.Bytes.Span);
        foreach (var secret in world.Secrets)
        {
            if (text.Contains(secret, StringComparison.OrdinalIgnoreCase))
                throw new ExpectationException("an error without a token, a key, or what a peer sent", error.Describe());
        }
    }

    [Then("the error names no other message")]
    public void TheErrorNamesNoOther()
    {
        var error = world.LastError ?? throw new InvalidOperationException("There was no error before.");
        var cause = new ReceivedMessage(world.LastSent!.Bytes, true, default).Id;
        if (error.Payload("ref") is { } reference && (reference.ValueKind != JsonValueKind.String || reference.GetString() != cause))
            throw new ExpectationException(cause is null ? "an error without ref: there was no id to name" : $"an error with ref {cause}, or without", error.Describe());
    }

    [When("{peer} sends a chat.send message with a canary in it")]
    public Task SendsACanary(PeerName peer) => world.SendAsync(peer, world.Envelopes.Create("chat.send", $$"""{"text":{{Json.Quote(world.Canary)}}}"""));

    [When("{peer} sends a chat.done message with a canary in it")]
    public Task SendsAForbiddenCanary(PeerName peer) => world.SendAsync(peer, world.Envelopes.Create("chat.done", $$"""{"full_text":{{Json.Quote(world.Canary)}}}"""));

    [Then("the canary shows nowhere but at {peer}")]
    public void TheCanaryShowsNowhereElse(PeerName peer)
    {
        var seen = world.Transcript.Entries.FirstOrDefault(entry =>
            entry.Direction == Wire.Direction.Received && entry.Connection != peer.Name && Encoding.UTF8.GetString(entry.Bytes.Span).Contains(world.Canary, StringComparison.Ordinal));
        if (seen is not null)
            throw new ExpectationException($"the canary reaches the {peer.Name} alone", $"{seen.Connection} received it in {seen.Kind}");
    }

    [Then("the error names the message that caused it")]
    public void TheErrorNamesItsCause()
    {
        var error = world.LastError ?? throw new InvalidOperationException("There was no error before.");
        var cause = new ReceivedMessage(world.LastSent!.Bytes, true, default).Id;
        if (error.Payload("ref") is not { ValueKind: JsonValueKind.String } reference || reference.GetString() != cause)
            throw new ExpectationException($"an error with ref {cause}", error.Describe());
    }

    /// <summary>Neither it nor anything else: no message unread, and none, of whatever type, that equals what was sent.</summary>
    [Then("nothing of it reaches {peer}")]
    public async Task NothingReaches(PeerName peer)
    {
        // First the sender's own fence: only then has the relay dealt with what it sent.
        if (world.LastSent is { } last && last.Sender != peer.Name && world.Find(last.Sender) is { } sender && sender.Received.Any(received => received.Type == "auth.ok"))
            await world.TryFenceAsync(PeerName.Parse(sender.Name));
        await world.FenceAsync(peer);
        var message = world.Peer(peer).Unread() ?? world.Peer(peer).Received.FirstOrDefault(received => world.LastSent is { } sent && received.Hash == sent.Hash);
        if (message is not null)
            throw new ExpectationException($"the {peer.Name} receives nothing", $"it received {message.Describe()}");
    }

    [Then("no two envelopes of the relay have the same id")]
    public void NoTwoEnvelopesHaveTheSameId()
    {
        var ids = world.Peers.SelectMany(peer => peer.Received).Where(IsOfTheRelay).Select(message => message.Id).ToList();
        if (ids.Count < 2)
            throw new ExpectationException("several envelopes of the relay", $"there were {ids.Count}");
        if (ids.GroupBy(id => id).FirstOrDefault(same => same.Count() > 1) is { } doubled)
            throw new ExpectationException("an id of its own for each of the relay's envelopes", $"{doubled.Count()} of them have the id {doubled.Key}");
    }

    [Then("what the relay sent {peer} is valid against the schemas")]
    public void WhatTheRelaySentIsValid(PeerName peer)
    {
        var own = world.Peer(peer).Received.Where(IsOfTheRelay).ToList();
        if (own.Count == 0)
            throw new ExpectationException("envelopes of the relay's own", $"the {peer.Name} received none");
        foreach (var message in own)
        {
            if (world.Schemas.ValidateRelayEnvelope(message.Bytes) is [var first, ..])
                throw new ExpectationException($"a {message.Type} that is valid against its schema", $"{first} in {message.Describe()}");
        }
    }

    private static bool IsOfTheRelay(ReceivedMessage message) => message.Type is "auth.ok" or "auth.fail" or "status" or "pong" or "chat.error";

    private string Fill(string text) => text
        .Replace("<id>", world.Envelopes.NewId(), StringComparison.Ordinal)
        .Replace("<ts>", world.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
