using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>What every scenario is judged by in addition to its own question, and what may excuse a relay or this program.</summary>
public sealed class Watches(World world)
{
    /// <summary>What the time gone by lets through beyond a burst.</summary>
    public RateMargin Rates { get; } = new();

    /// <summary>The longest time that this program came late since the scenario began.</summary>
    public TimeSpan WorstStall => world.Context.Stalls.WorstWithin(world.Transcript.Elapsed);

    /// <summary>Nothing crossed tokens, came back, came twice, or broke a schema; roles and close codes are those of the specification.</summary>
    public void Inspect()
    {
        foreach (var (name, peer) in world.Cast.Members)
        {
            world.Traffic.Sent.Inspect(peer, world.Schemas, world.Violations);
            // A description may rename the roles so that the rest can be tested; conformant it is not (CONF-04).
            if (peer.Role != name.Role.Word && peer.Received.Any(received => received.Type == "auth.ok"))
                world.Violations.Add(peer.Name, WellKnownRequirements.Roles, $"the role {name.Role.Word}", $"auth.ok for the role {peer.Role}");
            if (peer.Ended is { IsCompletedSuccessfully: true, Result.CloseCode: { } code } && !CloseCodes.OfTheTable.Contains(code))
                world.Violations.Add(peer.Name, WellKnownRequirements.CloseCodes, "a close code of the table in section 10.3", $"{code}");
        }
    }

    /// <summary>
    /// A message passed that should have found an empty bucket. Too little time gone by: the relay is to blame. Enough for
    /// it: the bucket may have gained a message meanwhile.
    /// </summary>
    /// <exception cref="InconclusiveException">The relay cannot be blamed.</exception>
    public void ExpectBeyondRate(PeerName peer)
    {
        var rate = world.Target.Limits.RatePerMinute(peer.Role);
        if (Rates.Allowed(peer, rate, world.Transcript.Elapsed) is { } allowed
            && Rates.Accepted(peer, world.Cast.Members.Select(member => (member.Name, member.Peer.Received)), world.Traffic.Sent.IsForwarded) is var accepted
            && accepted <= allowed)
        {
            throw new InconclusiveException($"{accepted} messages of the {peer.Role.Word} were accepted, and in the time that took the bucket of {rate} a minute allows {allowed}: the limit cannot be told from its refill");
        }
    }

    /// <summary>What the quota of a group's token should have counted: all messages that its peers received from each other, on top of earlier ones.</summary>
    /// <param name="since">When the day began that is meant.</param>
    public long DeliveredBytes(Group group, TimeSpan since = default, IReadOnlySet<string>? except = null)
    {
        var peers = world.Cast.Peers.Where(peer => world.Purse.Holds(group, peer.Token));
        var delivered = peers.SelectMany(peer => peer.Received)
            .Where(received => received.At >= since && world.Traffic.Sent.IsForwarded(received) && except?.Contains(received.Hash) != true);
        return (since == default ? world.Purse.UsedBefore(group) : 0) + delivered.Sum(received => (long)received.Length);
    }
}
