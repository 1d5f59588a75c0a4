using System.Text;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Envelopes sent, forwarded, answered, refused.</summary>
[Binding]
public sealed class MessageSteps(World world)
{
    [StepArgumentTransformation("cause", "the message that caused it|no other message")]
    public static bool MustName(string text) => text[0] == 't';

    [When("{peer} sends a/an {type} message{shape}")]
    public async Task Sends(PeerName peer, string type, MessageShape shape)
    {
        var message = Message(type, shape).Bytes;
        var sender = world.Peer(peer);
        world.Remember(sender, message);
        var pieces = shape.Cut(shape.IsCompressed ? Deflate.Compress(message) : message);
        await world.Guard(async () =>
        {
            for (var i = 0; i < pieces.Count; i++)
            {
                var opcode = i > 0 ? Opcode.Continuation : shape.IsBinary ? Opcode.Binary : Opcode.Text;
                var header = new FrameHeader(opcode, (ulong)pieces[i].Length, WireConnection.NewMaskKey(), i == pieces.Count - 1, shape.IsCompressed ? Deflate.Rsv : 0);
                await sender.Connection.SendAsync(header, pieces[i], world.CancellationToken);
            }
        });
    }

    /// <summary>The text as it stands, white space and all; <c>&lt;id&gt;</c> and <c>&lt;ts&gt;</c> are filled in.</summary>
    [When("{peer} sends")]
    public Task SendsText(PeerName peer, string text) => world.SendAsync(peer, Encoding.UTF8.GetBytes(world.Fill(text)), Opcode.Text);

    [Then("{peer} receives it byte for byte")]
    public async Task ReceivesIt(PeerName peer)
    {
        var sent = world.LastSent ?? throw new InvalidOperationException("Nothing was sent before 'receives it'.");
        var received = await world.Peer(peer).NextMessageAsync($"the {peer.Name} receives the {sent.Sender}'s message of {sent.Bytes.Length} bytes", world.Deadline);
        World.ExpectSame(peer, sent.Bytes, received);
    }

    /// <summary>Refused in one of the ways that the specification leaves open, and in no other.</summary>
    [Then("{peer} is {refusal}")]
    public async Task IsRefused(PeerName peer, Refusal refusal)
    {
        var expected = $"the {peer.Name} is {refusal}";
        var sender = world.Peer(peer);
        var answering = sender.NextMessageAsync(expected, world.Deadline);
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
                world.ExpectBeyondRate(peer);
            throw new ExpectationException(expected, $"it received {answer}");
        }

        world.LastError = answer;
    }

    [Then("{peer} is answered with a pong")]
    public async Task IsAnsweredWithAPong(PeerName peer)
    {
        var pong = await world.Peer(peer).NextPongAsync($"the {peer.Name}'s ping is answered with pong", world.Deadline);
        if (world.Schemas.ValidateRelayEnvelope(pong.Bytes) is [var first, ..])
            throw new ExpectationException("a pong that is valid against its schema, its payload {}", $"{first} in {pong}");
    }

    /// <summary>Two ways are open: it is accepted, or it is refused; silence is neither.</summary>
    [Then("{peer} receives it byte for byte, or {peer} is {refusal}")]
    public async Task ReceivesItOrIsRefused(PeerName receiver, PeerName sender, Refusal refusal)
    {
        var from = world.Peer(sender);
        try
        {
            await world.FenceAsync(sender);
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
            if (world.Peer(receiver).Received.LastOrDefault(received => received.Hash == world.LastSent!.Hash) is { IsText: false } binary)
                throw new ExpectationException($"the {receiver.Name} receives it in a text message", $"it received it in a binary one: {binary}");
        }
        else if (!refusal.Allows(answer))
            throw new ExpectationException($"the {receiver.Name} receives the message, or the {sender.Name} is {refusal}", $"the {sender.Name} received {answer}");
        else
            world.LastError = answer;
    }

    /// <summary>For a connection that is over: nothing can come any more.</summary>
    [Then("nothing of it has reached {peer}")]
    public void NothingHasReached(PeerName peer)
    {
        if (world.Peer(peer).Received.FirstOrDefault(received => received.Hash == world.LastSent!.Hash) is { } message)
            throw new ExpectationException($"the {peer.Name} never receives it", $"it received {message}");
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
            throw new ExpectationException($"the {peer.Name} receives nothing", $"it received {message}");
    }

    [Then("{peer} and {peer} were given the same answer")]
    public async Task WereGivenTheSameAnswer(PeerName one, PeerName other)
    {
        async Task<string> AnswerAsync(PeerName peer)
        {
            var end = await world.Peer(peer).EndAsync($"the {peer.Name} is refused and closed", world.Deadline);
            var answer = world.Peer(peer).Unread() ?? throw new ExpectationException($"an answer to the {peer.Name}", $"its connection ended with {end} and no word");
            return $"{answer.Type} {answer.Code} '{answer.Payload("message")}', then {end.CloseCode}";
        }

        var (first, second) = (await AnswerAsync(one), await AnswerAsync(other));
        if (first != second)
            throw new ExpectationException("the same answer to both", $"the {one.Name} was given {first}; the {other.Name} {second}");
    }

    /// <summary>By <c>ref</c>: it must be there, or it may only not be wrong.</summary>
    [Then("the error names {cause}")]
    public void TheErrorNames(bool must)
    {
        var error = world.LastError ?? throw new InvalidOperationException("There was no error before.");
        var cause = new ReceivedMessage(world.LastSent!.Bytes, true, default).Id;
        var reference = error.Payload("ref");
        var named = reference is { ValueKind: JsonValueKind.String } text && text.GetString() == cause;
        if (!named && (must || reference is not null))
            throw new ExpectationException(cause is null ? "an error without ref: there was no id to name" : $"an error with ref {cause}{(must ? "" : ", or without")}", $"{error}");
    }

    private Envelope Message(string type, MessageShape shape)
    {
        if (shape.BeyondMaximum is { } beyond)
            return world.Envelopes.OfSize(type, world.Target.Limits.MaxMessageBytes + beyond);
        if (shape.HasCanary)
            return world.Envelopes.Create(type, $$"""{"{{(type == "chat.send" ? "text" : "full_text")}}":{{Json.Quote(world.Canary)}}}""");
        if (shape.Nesting is not { } deeper)
            return world.Envelopes.Sample(type);
        // The payload itself is the first level.
        var inner = Promises.NestingDepth + deeper - 1;
        return world.Envelopes.Create(type, $$"""{"text":{{new string('[', inner)}}{{new string(']', inner)}}}""");
    }
}
