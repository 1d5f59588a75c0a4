using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Clients that let a time-out of the target's pass, each in its own way, and are closed for it; not before.</summary>
[Binding]
public sealed class AuthTimeoutSteps(World world)
{
    /// <summary>How late a relay may be (PAIR-34, KEEP-03), and a second for both sides' schedulers.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(6);

    /// <summary>How early a clock may tick against ours. Our time runs from before the last thing that the relay heard, so that our own lateness never looks like its haste.</summary>
    private static readonly TimeSpan Earliness = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a client does its thing within the time-out: often enough that one that extended it would be seen.</summary>
    private const int Acts = 8;

    [StepArgumentTransformation("idling", "stays silent|pings|dribbles an auth message")]
    public static string Idling(string text) => text;

    [StepArgumentTransformation("timeout", "its time to authenticate|the idle time-out")]
    public static string Timeout(string text) => text;

    [When("{peer} {idling} until {timeout} is over")]
    public async Task Idles(PeerName peer, string how, string which)
    {
        var client = world.Peer(peer);
        var limits = world.Target.Limits;
        var began = which == "the idle time-out" ? world.Transcript.Elapsed : client.DialedAt;
        if (which == "the idle time-out")
        {
            await world.FenceAsync(peer);
            client.AnswersPings = false;
        }

        var dribbled = world.Auth(client.Token, client.Role).Bytes;
        await UntilClosedAsync(peer, began, TimeSpan.FromMilliseconds(which == "the idle time-out" ? limits.IdleTimeoutMs : limits.AuthTimeoutMs), i => how switch
        {
            "pings" => client.Connection.SendAsync(Opcode.Ping, "still here"u8.ToArray(), world.CancellationToken),
            "stays silent" => Task.CompletedTask,
            _ => client.Connection.SendAsync(i == 0 ? Opcode.Text : Opcode.Continuation, dribbled.Slice(i, 1), world.CancellationToken, fin: false),
        });
    }

    private async Task UntilClosedAsync(PeerName peer, TimeSpan began, TimeSpan timeout, Func<int, Task> act)
    {
        var client = world.Peer(peer);
        for (var i = 0; !client.Ended.IsCompleted; i++)
        {
            if (world.Transcript.Elapsed - began > timeout + Lateness)
                throw new ExpectationException($"the {peer.Name}'s connection is closed within its time-out of {timeout.TotalSeconds:0.#} s", $"it is still open after {(world.Transcript.Elapsed - began).TotalSeconds:0.0} s");
            await world.Guard(() => act(i));
            await Task.WhenAny(client.Ended, Task.Delay(timeout / Acts, world.Time, world.CancellationToken));
        }

        var after = (await client.Ended).At - began;
        if (after < timeout - Earliness)
            throw new ExpectationException($"the {peer.Name} is given {timeout.TotalSeconds:0.#} s", $"its connection was closed after {after.TotalSeconds:0.00} s with {await client.Ended}");
    }
}
