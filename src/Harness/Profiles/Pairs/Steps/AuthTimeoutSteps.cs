using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Clients that let a time-out of the target's pass, each in its own way, and are closed for it; not before.</summary>
[Binding]
public sealed class AuthTimeoutSteps(World world)
{
    /// <summary>How late a relay may be (PAIR-34, KEEP-03), and a second for both sides' schedulers.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(6);

    /// <summary>
    /// How early a clock may tick against ours. Our time runs from before the last thing that the relay heard, so that our
    /// own lateness never looks like its haste.
    /// </summary>
    private static readonly TimeSpan Earliness = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a client does its thing within the time-out: often enough that one that extended it would be seen.</summary>
    private const int Acts = 8;

    [StepWords("idling")]
    public static Words<Idling> Idlings { get; } =
        new(("stays silent", Idling.StaysSilent), ("pings", Idling.Pings), ("dribbles an auth message", Idling.DribblesAuth));

    [StepWords("timeout")]
    public static Words<Timeout> Timeouts { get; } = new(("its time to authenticate", Timeout.Auth), ("the idle time-out", Timeout.Idle));

    [When("{peer} {idling} until {timeout} is over")]
    [Costs(nameof(CostOfIdling))]
    public async Task Idles(PeerName peer, Idling how, Timeout which)
    {
        var client = world.Cast.Peer(peer);
        var began = which == Timeout.Idle ? world.Transcript.Elapsed : client.DialedAt;
        if (which == Timeout.Idle)
        {
            await world.Traffic.FenceAsync(peer);
            client.AnswersPings = false;
        }

        var dribbled = world.Envelopes.Auth(client.Token, client.Role).Bytes;
        await UntilClosedAsync(peer, began, Length(which, world.Target.Limits), i => how switch
        {
            Idling.Pings => client.Connection.SendAsync(Opcode.Ping, "still here"u8.ToArray(), world.CancellationToken),
            Idling.StaysSilent => Task.CompletedTask,
            _ => client.Connection.SendAsync(i == 0 ? Opcode.Text : Opcode.Continuation, dribbled.Slice(i, 1), world.CancellationToken, fin: false),
        });
    }

    private static StepCost CostOfIdling(PeerName peer, Idling how, Timeout which, TargetLimits limits) =>
        new((peer, 0)) { Waiting = Length(which, limits) };

    private static TimeSpan Length(Timeout timeout, TargetLimits limits) =>
        TimeSpan.FromMilliseconds(timeout == Timeout.Idle ? limits.IdleTimeoutMs : limits.AuthTimeoutMs);

    private async Task UntilClosedAsync(PeerName peer, TimeSpan began, TimeSpan timeout, Func<int, Task> act)
    {
        var client = world.Cast.Peer(peer);
        for (var i = 0; !client.Ended.IsCompleted; i++)
        {
            if (world.Transcript.Elapsed - began > timeout + Lateness)
                throw new ExpectationException($"the {peer.Name}'s connection is closed within its time-out of {timeout.TotalSeconds:0.#} s", $"it is still open after {(world.Transcript.Elapsed - began).TotalSeconds:0.0} s");
            await world.Traffic.GuardAsync(() => act(i));
            await Task.WhenAny(client.Ended, Task.Delay(timeout / Acts, world.Time, world.CancellationToken));
        }

        var after = (await client.Ended).At - began;
        if (after < timeout - Earliness)
            throw new ExpectationException($"the {peer.Name} is given {timeout.TotalSeconds:0.#} s", $"its connection was closed after {after.TotalSeconds:0.00} s with {await client.Ended}");
    }

    /// <summary>What a client does while a time-out passes.</summary>
    public enum Idling { StaysSilent, Pings, DribblesAuth }

    /// <summary>The time-outs of a target that close a connection.</summary>
    public enum Timeout { Auth, Idle }
}
