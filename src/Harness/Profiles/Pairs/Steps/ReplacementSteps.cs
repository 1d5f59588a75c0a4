using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>A connection that was replaced and goes on sending, and when its peer learns of the newcomer.</summary>
[Binding]
public sealed class ReplacementSteps(World world)
{
    private int _received;

    /// <summary>
    /// As a client that has not yet read the relay's close frame: half of a bucket of messages, a ping, a message that is
    /// refused for its form, and only then its own close frame.
    /// </summary>
    [When("{peer} goes on sending after {peer} took its place")]
    [Costs(nameof(CostOfGoingOn))]
    public async Task GoesOnSending(PeerName replaced, PeerName newcomer)
    {
        var old = world.Cast.Peer(replaced);
        old.AnswersClose = false;
        await world.Cast.ConnectAsync(newcomer);
        _received = old.Received.Count;
        for (var i = 0; i < Half(replaced, world.Target.Limits); i++)
            await world.Traffic.SendAsync(replaced, world.Envelopes.Sample(replaced.Role.MessageType));
        await world.Traffic.SendAsideAsync(replaced, world.Envelopes.Sample("ping"));
        await world.Traffic.SendAsideAsync(replaced, world.Envelopes.Sample("status"));
        await world.Traffic.GuardAsync(() => old.Connection.SendAsync(Opcode.Close, new byte[] { 0x03, 0xE8 }, world.CancellationToken));
        try
        {
            await old.EndAsync("the end of the connection that was replaced", world.Deadline);
        }
        catch (ExpectationException)
        {
            // Whether it is closed is another question.
        }
    }

    [Then("{peer} was not answered after it was replaced")]
    public void WasNotAnswered(PeerName replaced)
    {
        if (world.Cast.Peer(replaced).Received.Skip(_received).FirstOrDefault() is { } answer)
            throw new ExpectationException($"no answer for the {replaced.Name} after it was replaced", $"it received {answer}");
    }

    /// <summary>What the old connection sent may be lost with it; what arrives has its place.</summary>
    [Then("{peer} learned that its peer is {presence} between the messages of {peer} and that of {peer}")]
    public async Task LearnedBetween(PeerName told, Presence said, PeerName old, PeerName newcomer)
    {
        var peer = world.Cast.Peer(told);
        while ((await peer.NextMessageAsync($"the {told.Name} receives the {newcomer.Name}'s message", world.Deadline)).Hash != world.LastSent!.Hash) { }
        var received = peer.Received.ToList();
        var notice = received.FindLastIndex(message => message.Type == "status" && StepValues.Tells(message, said));
        var lastOfOld = received.FindLastIndex(message => world.Traffic.Sent.IsOf(old, message));
        var firstOfNew = received.FindIndex(message => world.Traffic.Sent.IsOf(newcomer, message));
        if (notice < lastOfOld || notice > firstOfNew)
        {
            throw new ExpectationException(
                $"status {StepValues.Presences.For(said)} for the {told.Name} between the last message of the {old.Name} and the first of the {newcomer.Name}",
                $"it received, in this order: {string.Join(", ", received.Select(one => one.Type ?? "?"))}");
        }
    }

    private static StepCost CostOfGoingOn(PeerName replaced, PeerName newcomer, TargetLimits limits) => new((replaced, Half(replaced, limits)), (newcomer, 0));

    private static int Half(PeerName peer, TargetLimits limits) => (limits.RatePerMinute(peer.Role) + 1) / 2;
}
