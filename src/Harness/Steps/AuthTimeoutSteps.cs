using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Steps;

/// <summary>Clients that do not authenticate, each in its own way, until the target's time-out has passed.</summary>
[Binding]
public sealed class AuthTimeoutSteps(World world)
{
    /// <summary>How late a relay may be (PAIR-34).</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(5);

    /// <summary>How early it may seem: its time runs from its own end of the handshake, ours from the answer's arrival.</summary>
    private static readonly TimeSpan Earliness = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a client does its thing within the time-out: often enough that one that extended it would be seen.</summary>
    private const int Acts = 8;

    [When("{peer} stays silent until its time to authenticate is over")]
    public Task StaysSilent(PeerName peer) => UntilClosedAsync(peer, _ => Task.CompletedTask);

    [When("{peer} pings until its time to authenticate is over")]
    public Task Pings(PeerName peer) =>
        UntilClosedAsync(peer, _ => world.Peer(peer).Connection.SendAsync(Opcode.Ping, "still here"u8.ToArray(), world.CancellationToken));

    [When("{peer} dribbles an auth message until its time to authenticate is over")]
    public Task Dribbles(PeerName peer)
    {
        var client = world.Peer(peer);
        var message = world.Auth(client.Token, client.Role).Bytes;
        return UntilClosedAsync(peer, i => client.Connection.SendAsync(i == 0 ? Opcode.Text : Opcode.Continuation, message.Slice(i, 1), world.CancellationToken, fin: false));
    }

    private async Task UntilClosedAsync(PeerName peer, Func<int, Task> act)
    {
        var client = world.Peer(peer);
        var timeout = TimeSpan.FromMilliseconds(world.Target.Limits.AuthTimeoutMs);
        var began = world.Time.GetTimestamp();
        for (var i = 0; !client.Ended.IsCompleted; i++)
        {
            if (world.Time.GetElapsedTime(began) > timeout + Lateness)
                throw new ExpectationException($"the {peer.Name}'s connection is closed within its time-out of {timeout.TotalSeconds:0.#} s", $"it is still open after {world.Time.GetElapsedTime(began).TotalSeconds:0.0} s");
            await world.Guard(() => act(i));
            await Task.WhenAny(client.Ended, Task.Delay(timeout / Acts, world.Time, world.CancellationToken));
        }

        var after = world.Time.GetElapsedTime(began);
        if (after < timeout - Earliness)
            throw new ExpectationException($"the {peer.Name} has {timeout.TotalSeconds:0.#} s to authenticate", $"its connection was closed after {after.TotalSeconds:0.00} s with {await client.Ended}");
    }
}
