using System.Text;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Envelopes sent, forwarded, answered, refused.</summary>
[Binding]
public sealed class MessageSteps(World world)
{
    [StepWords("cause")]
    public static Words<Cause> Causes { get; } = new(("the message that caused it", Cause.MustBeNamed), ("no other message", Cause.MayBeNamed));

    [StepWords("content")]
    public static Words<Content> Contents { get; } = new(
        ("", Content.Ordinary),
        (" of exactly the maximum size", Content.OfMaximumSize),
        (" of one byte more than the maximum size", Content.OneByteMore),
        (" with a canary in it", Content.WithCanary),
        (" nested to the depth promised", Content.NestedAsPromised),
        (" nested deeper than promised", Content.NestedDeeper));

    [StepWords("travel")]
    public static Words<Travel> Travels { get; } = new(
        ("", new Travel()),
        (" in a binary message", new Travel(IsBinary: true)),
        (" in fragments of one byte", new Travel(Fragments: Travel.OneByteEach)),
        (" compressed", new Travel(IsCompressed: true)));

    [When("{peer} sends a/an {type} message{content} in {int} fragments")]
    [Costs(nameof(StepCost.OneMessage))]
    public Task SendsInFragments(PeerName peer, string type, Content content, int fragments) => Sends(peer, type, content, new Travel(fragments));

    [When("{peer} sends a/an {type} message{content} between {int} fragments of one byte")]
    [Costs(nameof(StepCost.OneMessage))]
    public Task SendsBetweenFragments(PeerName peer, string type, Content content, int little) => Sends(peer, type, content, new Travel(LittleOnes: little));

    [When("{peer} sends a/an {type} message{content}{travel}")]
    [Costs(nameof(StepCost.OneMessage))]
    public async Task Sends(PeerName peer, string type, Content content, Travel travel)
    {
        var message = Message(type, content).Bytes;
        var sender = world.Cast.Peer(peer);
        world.Traffic.Remember(peer, message);
        var pieces = travel.Cut(travel.IsCompressed ? Deflate.Compress(message) : message);
        await world.Traffic.GuardAsync(async () =>
        {
            for (var i = 0; i < pieces.Count; i++)
            {
                var opcode = i > 0 ? Opcode.Continuation : travel.IsBinary ? Opcode.Binary : Opcode.Text;
                var rsv = travel.IsCompressed ? Deflate.Rsv : 0;
                var header = new FrameHeader(opcode, (ulong)pieces[i].Length, WireConnection.NewMaskKey(), i == pieces.Count - 1, rsv);
                await sender.Connection.SendAsync(header, pieces[i], world.CancellationToken);
            }
        });
    }

    /// <summary>The text exactly as it is written, with its white space; <c>&lt;id&gt;</c> and <c>&lt;ts&gt;</c> are filled in.</summary>
    [When("{peer} sends")]
    [Costs(nameof(StepCost.OneMessage))]
    public Task SendsText(PeerName peer, string text) => world.Traffic.SendAsync(peer, Encoding.UTF8.GetBytes(world.Envelopes.Fill(text)));

    [Then("{peer} receives it byte for byte")]
    public async Task ReceivesIt(PeerName peer)
    {
        var sent = world.LastSent ?? throw new InvalidOperationException("Nothing was sent before 'receives it'.");
        var received = await world.Cast.Peer(peer)
            .NextMessageAsync($"the {peer.Name} receives the {sent.Sender.Name}'s message of {sent.Bytes.Length} bytes", world.Deadline);
        Traffic.ExpectSame(peer, sent.Bytes, received);
    }

    /// <summary>Refused in one of the ways that the specification leaves open, and in no other.</summary>
    [Then("{peer} is {refusal}")]
    public async Task IsRefused(PeerName peer, Refusal refusal)
    {
        var expected = $"the {peer.Name} is {refusal}";
        var sender = world.Cast.Peer(peer);
        var answering = sender.NextMessageAsync(expected, world.Deadline);
        if (world.LastSent is { } sent)
        {
            // That it passes is an answer too, and sooner than none.
            var ended = await Task.WhenAny([answering, .. world.Cast.Facing(peer).Select(facing => facing.ArrivalOf(sent.Hash))]);
            if (ended != answering)
            {
                world.Watches.ExpectBeyondRate(peer);
                throw new ExpectationException(expected, "its peer received the message instead");
            }
        }

        ReceivedMessage answer;
        try
        {
            answer = await answering;
        }
        catch (ExpectationException) when (refusal.CloseCodes.Count > 0 && sender.Ended.IsCompleted)
        {
            var end = await sender.Ended;
            if (!refusal.Allows(end))
                throw new ExpectationException(expected, $"its connection ended with {end}");
            return;
        }

        if (!refusal.Allows(answer))
        {
            if (answer.Code == "PEER_OFFLINE")
                world.Watches.ExpectBeyondRate(peer);
            throw new ExpectationException(expected, $"it received {answer}");
        }

        world.LastError = answer;
    }

    [Then("{peer} is answered with a pong")]
    public async Task IsAnsweredWithAPong(PeerName peer)
    {
        var pong = await world.Cast.Peer(peer).NextPongAsync($"the {peer.Name}'s ping is answered with pong", world.Deadline);
        if (world.Schemas.ValidateRelayEnvelope(pong.Bytes) is [var first, ..])
            throw new ExpectationException("a pong that is valid against its schema, its payload {}", $"{first} in {pong}");
    }

    /// <summary>Two ways are open: it is accepted, or it is refused; silence is neither.</summary>
    [Then("{peer} receives it byte for byte, or {peer} is {refusal}")]
    public async Task ReceivesItOrIsRefused(PeerName receiver, PeerName sender, Refusal refusal)
    {
        var from = world.Cast.Peer(sender);
        try
        {
            await world.Traffic.FenceAsync(sender);
        }
        catch (ExpectationException) when (from.Ended.IsCompleted)
        {
            await IsRefused(sender, refusal);
            await NothingReaches(receiver);
            return;
        }

        if (from.Unread() is not { } answer)
        {
            await ReceivesIt(receiver);
            if (world.Cast.Peer(receiver).Received.LastOrDefault(received => received.Hash == world.LastSent!.Hash) is { IsText: false } binary)
                throw new ExpectationException($"the {receiver.Name} receives it in a text message", $"it received it in a binary one: {binary}");
        }
        else if (!refusal.Allows(answer))
            throw new ExpectationException($"the {receiver.Name} receives the message, or the {sender.Name} is {refusal}", $"the {sender.Name} received {answer}");
        else
            world.LastError = answer;
    }

    /// <summary>For a connection that is over: nothing more can come.</summary>
    [Then("nothing of it has reached {peer}")]
    public void NothingHasReached(PeerName peer)
    {
        if (world.Cast.Peer(peer).Received.FirstOrDefault(received => received.Hash == world.LastSent!.Hash) is { } message)
            throw new ExpectationException($"the {peer.Name} never receives it", $"it received {message}");
    }

    /// <summary>Neither it nor anything else: no message unread, and none, of whatever type, that equals what was sent.</summary>
    [Then("nothing of it reaches {peer}")]
    [Costs(nameof(StepCost.OneMessage))]
    public async Task NothingReaches(PeerName peer)
    {
        // First the sender's own fence: only then has the relay dealt with what it sent.
        if (world.LastSent is { } last && last.Sender != peer
            && world.Cast.Find(last.Sender) is { } sender && sender.Received.Any(received => received.Type == "auth.ok"))
        {
            await world.Traffic.TryFenceAsync(last.Sender);
        }

        await world.Traffic.FenceAsync(peer);
        var receiver = world.Cast.Peer(peer);
        var message = receiver.Unread() ?? receiver.Received.FirstOrDefault(received => received.Hash == world.LastSent?.Hash);
        if (message is not null)
            throw new ExpectationException($"the {peer.Name} receives nothing", $"it received {message}");
    }

    [Then("{peer} and {peer} were given the same answer")]
    public async Task WereGivenTheSameAnswer(PeerName one, PeerName other)
    {
        async Task<string> AnswerAsync(PeerName peer)
        {
            var end = await world.Cast.Peer(peer).EndAsync($"the {peer.Name} is refused and closed", world.Deadline);
            var answer = world.Cast.Peer(peer).Unread() ?? throw new ExpectationException($"an answer to the {peer.Name}", $"its connection ended with {end} and no word");
            return $"{answer.Type} {answer.Code} '{answer.Payload("message")}', then {end.CloseCode}";
        }

        var (first, second) = (await AnswerAsync(one), await AnswerAsync(other));
        if (first != second)
            throw new ExpectationException("the same answer to both", $"the {one.Name} was given {first}; the {other.Name} {second}");
    }

    /// <summary>By <c>ref</c>: it must be there, or it may only not be wrong.</summary>
    [Then("the error names {cause}")]
    public void TheErrorNames(Cause naming)
    {
        var must = naming == Cause.MustBeNamed;
        var error = world.LastError ?? throw new InvalidOperationException("There was no error before.");
        var cause = new ReceivedMessage(world.LastSent!.Bytes, true, default).Id;
        var reference = error.Payload("ref");
        var named = reference is { ValueKind: JsonValueKind.String } text && text.GetString() == cause;
        if (!named && (must || reference is not null))
            throw new ExpectationException(cause is null ? "an error without ref: there was no id to name" : $"an error with ref {cause}{(must ? "" : ", or without")}", $"{error}");
    }

    private Envelope Message(string type, Content content) => content switch
    {
        Content.OfMaximumSize => world.Envelopes.OfSize(type, world.Target.Limits.MaxMessageBytes),
        Content.OneByteMore => world.Envelopes.OfSize(type, world.Target.Limits.MaxMessageBytes + 1),
        Content.WithCanary => world.Envelopes.Create(type, $$"""{"{{(type == "chat.send" ? "text" : "full_text")}}":{{Json.Quote(world.Canary)}}}"""),
        Content.NestedAsPromised => Nested(type, Promises.NestingDepth),
        Content.NestedDeeper => Nested(type, Promises.NestingDepth + 1),
        _ => world.Envelopes.Sample(type),
    };

    // The payload itself is the first level.
    private Envelope Nested(string type, int levels) =>
        world.Envelopes.Create(type, $$"""{"text":{{new string('[', levels - 1)}}{{new string(']', levels - 1)}}}""");

    /// <summary>What is special about a message that a peer sends.</summary>
    public enum Content { Ordinary, OfMaximumSize, OneByteMore, WithCanary, NestedAsPromised, NestedDeeper }

    /// <summary>Whether an error names the message that caused it, by <c>ref</c>.</summary>
    public enum Cause { MustBeNamed, MayBeNamed }
}
