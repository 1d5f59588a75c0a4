using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Steps;

/// <summary>Peers that fall silent, dribble, or stop reading.</summary>
[Binding]
public sealed class SilenceSteps(World world)
{
    /// <summary>How late a relay may notice silence: it may look every few seconds (KEEP-03), and both sides are scheduled late at times.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(6);

    /// <summary>How early a clock may tick against ours.</summary>
    private static readonly TimeSpan Earliness = TimeSpan.FromMilliseconds(250);

    /// <summary>Messages for a peer that does not read: more than socket buffers on both sides hold, less than the phone's rate.</summary>
    private const int FloodMessages = 24;

    private const int FloodMessageBytes = 1024 * 1024;

    private readonly List<Envelope> _flood = [];
    private Task _flooding = Task.CompletedTask;
    private long _lastSign;

    private TimeSpan IdleTimeout => TimeSpan.FromMilliseconds(world.Target.Limits.IdleTimeoutMs);

    [When("{peer} falls silent")]
    public async Task FallsSilent(PeerName peer)
    {
        await world.FenceAsync(peer);
        world.Peer(peer).AnswersPings = false;
        _lastSign = world.Time.GetTimestamp();
    }

    [Then("{peer}'s connection is ended once the idle time-out has passed, and not before")]
    public async Task IsEndedOnceTheIdleTimeoutHasPassed(PeerName peer)
    {
        var deadline = new Deadline(IdleTimeout + Lateness, world.CancellationToken);
        var end = await world.Peer(peer).EndAsync($"the silent {peer.Name}'s connection is ended after {IdleTimeout.TotalSeconds:0.#} s", deadline);
        var after = world.Time.GetElapsedTime(_lastSign);
        if (after < IdleTimeout - Earliness)
            throw new ExpectationException($"a silent connection is kept for {IdleTimeout.TotalSeconds:0.#} s", $"it was ended after {after.TotalSeconds:0.00} s with {end}");
    }

    /// <summary>One byte of a message at a time, each well within the idle time-out, all of them well beyond it.</summary>
    [When("{peer} sends a message so slowly that it takes longer than the idle time-out")]
    public async Task SendsSlowly(PeerName peer)
    {
        const int pieces = 8;
        var sender = world.Peer(peer);
        sender.AnswersPings = false;
        var message = world.Envelopes.Sample("chat.send").Bytes;
        world.Remember(sender, message);
        var header = new byte[FrameHeader.MaximumSize];
        var key = WireConnection.NewMaskKey();
        var size = new FrameHeader(Opcode.Text, (ulong)message.Length, key).Write(header);
        var masked = message.ToArray();
        FrameHeader.ApplyMask(masked, key);
        byte[] wire = [.. header.AsSpan(0, size), .. masked];
        for (var i = 0; i < pieces; i++)
        {
            var end = i == pieces - 1 ? wire.Length : i + 1;
            await world.Guard(() => sender.Connection.SendRawAsync(wire.AsMemory(i, end - i), $"piece {i + 1} of {pieces} of one frame", world.CancellationToken));
            if (i < pieces - 1)
                await Task.Delay(IdleTimeout / 4, world.Time, world.CancellationToken);
        }

        sender.AnswersPings = true;
    }

    [Then("{peer} is sent a WebSocket ping in time")]
    public Task IsSentAPing(PeerName peer)
    {
        var interval = TimeSpan.FromMilliseconds(world.Target.Limits.PingIntervalMs);
        return world.Peer(peer).NextWirePingAsync($"a WebSocket ping every {interval.TotalSeconds:0.#} s", new Deadline(interval + Lateness, world.CancellationToken));
    }

    [When("{peer} stops reading and {peer} floods it")]
    public async Task StopsReadingAndIsFlooded(PeerName reader, PeerName sender)
    {
        world.Peer(reader).StopReading();
        for (var i = 0; i < FloodMessages; i++)
            _flood.Add(world.Envelopes.OfSize(sender.Role == "phone" ? "chat.send" : "chat.done", FloodMessageBytes));
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flooding = Task.Run(async () =>
        {
            foreach (var envelope in _flood)
            {
                await world.SendAsync(sender, envelope);
                started.TrySetResult();
            }
        });
        await started.Task.WaitAsync(world.CancellationToken);
    }

    [When("{peer} reads again")]
    public void ReadsAgain(PeerName peer) => world.Peer(peer).ReadAgain();

    /// <summary>Every message has arrived, in order, or its sender was told; a reader that the relay gave up is closed.</summary>
    [Then("{peer} has received every message of the flood, or {peer} was told of the loss")]
    public async Task NothingWasLostSilently(PeerName reader, PeerName sender)
    {
        var received = 0;
        var refused = 0;
        var next = 0;
        while (received + refused < _flood.Count)
        {
            ReceivedMessage message;
            try
            {
                message = await world.Peer(reader).NextMessageAsync("the next message of the flood", world.Deadline);
            }
            catch (ExpectationException) when (world.Peer(reader).Ended.IsCompleted)
            {
                // Given up by the relay, which it may: then its peer is told that it is gone.
                return;
            }
            catch (ExpectationException unmet)
            {
                while (world.Peer(sender).Unread() is { } answer)
                    refused += answer.Code is null ? 0 : 1;
                if (received + refused >= _flood.Count)
                    break;
                throw new ExpectationException($"all {_flood.Count} messages delivered to the {reader.Name} or refused to the {sender.Name}", $"{received} were delivered, {refused} refused, the rest is lost without a word; {unmet.Actual}");
            }

            var at = _flood.FindIndex(next, envelope => envelope.Bytes.Length == message.Length && envelope.Bytes.Span.SequenceEqual(message.Bytes.Span));
            if (at < 0)
                throw new ExpectationException("the messages of the flood in order, whole", $"the {reader.Name} received {message.Describe()}");
            next = at + 1;
            received++;
        }

        await _flooding;
    }
}
