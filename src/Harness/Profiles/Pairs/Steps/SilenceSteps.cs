using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Peers that dribble, or stop reading.</summary>
[Binding]
public sealed class SilenceSteps(World world) : IDisposable
{
    /// <summary>How late a relay may notice: it may look every few seconds (KEEP-03), and both sides are scheduled late at times.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromSeconds(6);

    /// <summary>Messages for a peer that does not read: more than socket buffers on both sides hold, less than the phone's rate.</summary>
    private const int FloodMessages = 24;

    private const int FloodMessageBytes = 1024 * 1024;

    private readonly List<string> _flood = []; // hashes, guarded by itself
    private readonly CancellationTokenSource _alive = CancellationTokenSource.CreateLinkedTokenSource(world.CancellationToken);
    private Task _flooding = Task.CompletedTask;

    private TimeSpan IdleTimeout => TimeSpan.FromMilliseconds(world.Target.Limits.IdleTimeoutMs);

    [StepWords("reading")]
    public static Words<Reading> Readings { get; } =
        new(("stops reading", Reading.Stops), ("stops reading but shows that it lives", Reading.StopsButLives), ("reads again", Reading.Resumes));

    public void Dispose()
    {
        _alive.Cancel();
        _alive.Dispose();
    }

    /// <summary>One byte of a message at a time, each well within the idle time-out, all of them well beyond it.</summary>
    [When("{peer} sends a message so slowly that it takes longer than the idle time-out")]
    [Costs(nameof(CostOfSendingSlowly))]
    public async Task SendsSlowly(PeerName peer)
    {
        const int pieces = 8;
        var sender = world.Cast.Peer(peer);
        sender.AnswersPings = false;
        var message = world.Envelopes.Sample("chat.send").Bytes;
        world.Traffic.Remember(peer, message);
        var header = new byte[FrameHeader.MaximumSize];
        var key = WireConnection.NewMaskKey();
        var size = new FrameHeader(Opcode.Text, (ulong)message.Length, key).Write(header);
        var masked = message.ToArray();
        FrameHeader.ApplyMask(masked, key);
        byte[] wire = [.. header.AsSpan(0, size), .. masked];
        for (var i = 0; i < pieces; i++)
        {
            var end = i == pieces - 1 ? wire.Length : i + 1;
            var piece = wire.AsMemory(i, end - i);
            await world.Traffic.GuardAsync(() => sender.Connection.SendRawAsync(piece, $"piece {i + 1} of {pieces} of one frame", world.CancellationToken));
            if (i < pieces - 1)
                await Task.Delay(IdleTimeout / 4, world.Time, world.CancellationToken);
        }

        sender.AnswersPings = true;
    }

    [Then("{peer} is sent a WebSocket ping in time")]
    [Costs(nameof(CostOfAPing))]
    public Task IsSentAPing(PeerName peer)
    {
        var interval = TimeSpan.FromMilliseconds(world.Target.Limits.PingIntervalMs);
        var deadline = new Deadline(interval + Lateness, world.CancellationToken);
        return world.Cast.Peer(peer).NextWirePingAsync($"a WebSocket ping every {interval.TotalSeconds:0.#} s", deadline);
    }

    [When("{peer} {reading}")]
    public async Task Reads(PeerName peer, Reading how)
    {
        if (how == Reading.Resumes)
        {
            await _alive.CancelAsync();
            world.Cast.Peer(peer).ReadAgain();
            return;
        }

        world.Cast.Peer(peer).StopReading();
        if (how == Reading.StopsButLives)
            _ = ShowLifeAsync(peer);
    }

    /// <summary>It goes on while the scenario does; the next step comes when it is under way.</summary>
    [When("{peer} floods {peer}")]
    [Costs(nameof(StepCost.FullBurst))]
    public async Task Floods(PeerName sender, PeerName reader)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flooding = Task.Run(async () =>
        {
            for (var i = 0; i < FloodMessages; i++)
            {
                var envelope = world.Envelopes.OfSize(sender.Role.MessageType, FloodMessageBytes);
                lock (_flood)
                    _flood.Add(envelope.Hash);
                await world.Traffic.SendAsync(sender, envelope);
                started.TrySetResult();
            }
        });
        await started.Task.WaitAsync(world.CancellationToken);
    }

    /// <summary>A relay takes the message and then the close frame, or stops reading between the two.</summary>
    [When("{peer} sends {peer}, who does not read, a message of the maximum size, and leaves without waiting")]
    [Costs(nameof(StepCost.OneMessage))]
    public async Task SendsTheLargestAndLeaves(PeerName sender, PeerName reader)
    {
        var message = world.Envelopes.OfSize(sender.Role.MessageType, world.Target.Limits.MaxMessageBytes);
        // The reader takes one frame more off its socket: the pong to this, and nothing of the message.
        await world.Cast.Peer(reader).Connection.SendAsync(Opcode.Ping, ReadOnlyMemory<byte>.Empty, world.CancellationToken);
        // A relay that reads no more lets a send block.
        var sending = Task.Run(async () =>
        {
            await world.Traffic.SendAsync(sender, message);
            var goodbye = new byte[] { 0x03, 0xE8 };
            await world.Traffic.GuardAsync(() => world.Cast.Peer(sender).Connection.SendAsync(Opcode.Close, goodbye, world.CancellationToken));
        });
        try
        {
            await sending.WaitAsync(world.Deadline.Remaining, world.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ExpectationException(
                $"the relay takes a message of {message.Bytes.Length} bytes for the {reader.Name}, who does not read",
                $"it took only a part of it within {world.Deadline}");
        }
    }

    /// <summary>Every message has arrived, in order, or its sender was informed: by an error, or by the notice that its peer is offline.</summary>
    [Then("{peer} has received every message of the flood, or {peer} was told of the loss")]
    public async Task NothingWasLostSilently(PeerName reader, PeerName sender)
    {
        var received = 0;
        var refused = 0;
        var next = 0;
        while (received + refused < FloodMessages)
        {
            ReceivedMessage message;
            try
            {
                message = await world.Cast.Peer(reader).NextMessageAsync("the next message of the flood", world.Deadline);
            }
            catch (ExpectationException) when (world.Cast.Peer(reader).Ended.IsCompleted)
            {
                await world.Cast.Peer(sender)
                    .NextNoticeAsync($"the {sender.Name} receives status offline, because the relay dropped the {reader.Name}", world.Deadline);
                return;
            }
            catch (ExpectationException unmet)
            {
                while (world.Cast.Peer(sender).Unread() is { } answer)
                {
                    refused += answer.Code is null ? 0 : 1;
                    world.LastError = answer.Code == "BACKEND_ERROR" ? answer : world.LastError;
                }

                if (received + refused >= FloodMessages)
                    break;
                throw new ExpectationException(
                    $"all {FloodMessages} messages delivered to the {reader.Name} or refused to the {sender.Name}",
                    $"{received} were delivered, {refused} refused, the rest is lost without a word; {unmet.Finding.Actual}");
            }

            int at;
            lock (_flood)
                at = _flood.IndexOf(message.Hash, next);
            if (at < 0)
                throw new ExpectationException("the messages of the flood in order, whole", $"the {reader.Name} received {message}");
            next = at + 1;
            received++;
        }

        await _flooding;
    }

    private static StepCost CostOfSendingSlowly(PeerName peer, TargetLimits limits) =>
        StepCost.OneMessage(peer) with { Waiting = TimeSpan.FromMilliseconds(limits.IdleTimeoutMs) };

    private static StepCost CostOfAPing(PeerName peer, TargetLimits limits) => new((peer, 0)) { Waiting = TimeSpan.FromMilliseconds(limits.PingIntervalMs) };

    // Pongs that nobody asked for: they need no answer, so that a relay has no reason to stop reading.
    private async Task ShowLifeAsync(PeerName peer)
    {
        try
        {
            while (true)
            {
                await world.Cast.Peer(peer).Connection.SendAsync(Opcode.Pong, ReadOnlyMemory<byte>.Empty, _alive.Token);
                await Task.Delay(IdleTimeout / 4, world.Time, _alive.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It reads again, the scenario is over, or the relay has given it up.
        }
    }

    /// <summary>Whether a peer takes anything off its socket.</summary>
    public enum Reading
    {
        Stops,

        /// <summary>It stops, and goes on sending pongs.</summary>
        StopsButLives,
        Resumes,
    }
}
