using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>A program of a peer on connections of a scenario: it answers by itself whatever its newest connection receives. Safe for concurrent use.</summary>
public sealed class PlayedPeer
{
    private const int NormalClosure = 1000;

    private readonly Lock _gate = new();
    private readonly World _world;
    private readonly PeerName _name;
    private readonly PeerProgram _program;                      // guarded by _gate
    private TaskCompletionSource _changed = NewSignal();        // guarded by _gate
    private Task _sent = Task.CompletedTask;                    // guarded by _gate
    private Peer? _peer;                                        // guarded by _gate

    public PlayedPeer(World world, PeerName name, PeerProgram program)
    {
        (_world, _name, _program) = (world, name, program);
        program.KeyMade = key => world.Transcript.OpenWith(bytes => SealedEnvelope.Open(bytes, key));
    }

    /// <summary>Connects, also while its former connection is open, which the relay then replaces.</summary>
    /// <exception cref="ExpectationException">The relay does not let it in.</exception>
    public async Task ConnectAsync()
    {
        var peer = await _world.Cast.OpenAsync(_name);
        lock (_gate)
        {
            _peer = peer;
            _program.Begin();
        }

        peer.Listener = message => TakeAsync(peer, message);
        await _world.Traffic.SendAsideAsync(_name, _world.Envelopes.Auth(peer.Token, peer.Role));
        await UntilAsync(() => _program.IsAuthenticated, $"auth.ok for the {_name.Name}");
    }

    /// <summary>Closes its connection, and connects.</summary>
    public async Task ReconnectAsync()
    {
        await _world.Cast.Peer(_name).CloseAsync(NormalClosure, _world.Deadline);
        await ConnectAsync();
    }

    /// <summary>Makes the program act, and sends what it says.</summary>
    public Task DoAsync(Func<IReadOnlyList<Envelope>> act)
    {
        lock (_gate)
            return Act(act);
    }

    /// <summary>What the program says of itself at this moment.</summary>
    public T Look<T>(Func<T> look)
    {
        lock (_gate)
            return look();
    }

    /// <summary>Waits until something holds for the program.</summary>
    /// <exception cref="ExpectationException">It does not come about in time.</exception>
    public async Task UntilAsync(Func<bool> holds, Sentence expected)
    {
        var deadline = _world.Deadline;
        using var timeout = deadline.StartTimer();
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (holds())
                    return;
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException) when (!deadline.CancellationToken.IsCancellationRequested)
            {
                var last = _world.Cast.Peer(_name).Received is [.., var message] ? message : null;
                throw new ExpectationException(expected, $"{new Silence(_name.Name, deadline.Remaining, last)}");
            }
        }
    }

    // What a replaced connection still receives is for nobody.
    private Task TakeAsync(Peer peer, ReceivedMessage message)
    {
        lock (_gate)
            return peer == _peer ? Act(() => _program.Take(message)) : Task.CompletedTask;
    }

    private Task Act(Func<IReadOnlyList<Envelope>> act)
    {
        var toSend = act();
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
        return _sent = SendAsync(_sent, _peer!, toSend);
    }

    // In the order in which the program said it, whichever thread made it speak.
    private async Task SendAsync(Task before, Peer peer, IReadOnlyList<Envelope> toSend)
    {
        await before;
        foreach (var envelope in toSend)
        {
            _world.Traffic.Sent.Add(new SentMessage(_name, peer.Token, envelope.Bytes));
            _world.Purse.CountUse(peer.Token, _name.Role);
            await _world.Traffic.GuardAsync(() => peer.SendAsync(envelope, _world.CancellationToken));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
