using System.Text;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>What a scenario's peers send, all of it remembered, so that whatever arrives anywhere is understood.</summary>
public sealed class Traffic(World world)
{
    /// <summary>Who sent what.</summary>
    public SentLog Sent { get; } = new();

    public Task SendAsync(PeerName name, Envelope envelope) => SendAsync(name, envelope.Bytes);

    /// <summary>Sends one message in one text frame and remembers it as what the scenario calls "it".</summary>
    public async Task SendAsync(PeerName name, ReadOnlyMemory<byte> message)
    {
        Remember(name, message);
        await GuardAsync(() => world.Cast.Peer(name).Connection.SendAsync(Opcode.Text, message, world.CancellationToken));
    }

    /// <summary>Remembers a message that a step sends in its own way.</summary>
    public void Remember(PeerName name, ReadOnlyMemory<byte> message)
    {
        var peer = world.Cast.Peer(name);
        Sent.Add(world.LastSent = new SentMessage(name, peer.Token, message));
        world.Purse.CountUse(peer.Token, name.Role);
    }

    /// <summary>Sends a message of the harness's own: understood when it arrives, but never what a scenario calls "it".</summary>
    public async Task SendAsideAsync(PeerName name, Envelope envelope)
    {
        var peer = world.Cast.Peer(name);
        Sent.Add(new SentMessage(name, peer.Token, envelope.Bytes));
        if (envelope.Type != "auth")
            world.Purse.CountUse(peer.Token, name.Role);
        await GuardAsync(() => peer.SendAsync(envelope, world.CancellationToken));
    }

    /// <summary>Runs a send; that the relay has already closed is for the next expectation to say.</summary>
    public async Task GuardAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            world.Transcript.Note("harness", $"could not send: {exception.Message}");
        }
    }

    /// <summary>
    /// Sends one message each way; each must be the very next message the other receives. So it is a positive control,
    /// a liveness check, and a fence: whatever had slipped through before would have come first.
    /// </summary>
    public async Task RelayBothWaysAsync(PeerName phone, PeerName agent)
    {
        await RelayAsync(phone, agent);
        await RelayAsync(agent, phone);
    }

    private async Task RelayAsync(PeerName from, PeerName to)
    {
        var envelope = world.Envelopes.Sample(from.Role.MessageType);
        await SendAsideAsync(from, envelope);
        var received = await world.Cast.Peer(to).NextMessageAsync($"the {from.Name}'s {envelope.Type} {envelope.Id}", world.Deadline);
        ExpectSame(to, envelope.Bytes, received);
    }

    /// <summary>The message received is the one sent, byte for byte.</summary>
    public static void ExpectSame(PeerName to, ReadOnlyMemory<byte> sent, ReceivedMessage received)
    {
        if (received.Bytes.Span.SequenceEqual(sent.Span))
            return;

        var start = Encoding.UTF8.GetString(sent.Span[..Math.Min(160, sent.Length)]);
        throw new ExpectationException($"the {to.Name} receives byte for byte ({sent.Length} bytes) {start}", $"the {to.Name} received {received}");
    }

    /// <summary>A round trip to the relay itself: what it had in hand for this peer before has arrived after it.</summary>
    public async Task FenceAsync(PeerName name)
    {
        await SendAsideAsync(name, world.Envelopes.Sample("ping"));
        await world.Cast.Peer(name).NextPongAsync($"the relay answers the {name.Name}'s ping with pong", world.Deadline);
    }

    /// <summary>The same where a connection may be over or about to end: then nothing of it is still on its way, and no pong is due.</summary>
    public async Task TryFenceAsync(PeerName name)
    {
        try
        {
            await FenceAsync(name);
        }
        catch (ExpectationException)
        {
            // Whether it answers is not the question here.
        }
    }
}
