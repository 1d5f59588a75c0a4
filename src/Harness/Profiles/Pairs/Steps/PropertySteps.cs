using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>What must hold for all exchanges, tried with random ones: seeded by the run, and made as small as they get when they fail.</summary>
[Binding]
public sealed class PropertySteps(World world)
{
    /// <summary>Within the phone's rate and, with a message each way beside them, well within an agent's.</summary>
    private const int MovesOfOne = 24;

    private const int Pairs = 4;

    private const int LargestPayload = 20_000;

    private int _run;

    [StepWords("property")]
    public static Words<Guarantee> Properties { get; } = new(
        ("order and exactly-once delivery", Guarantee.OrderlyDelivery),
        ("isolation of pairs", Guarantee.Isolation),
        ("byte identity of odd envelopes", Guarantee.ByteIdentity),
        ("consistency of presence", Guarantee.Presence));

    [Then("{property} hold(s) in {int} random case(s)")]
    public Task Holds(Guarantee property, int cases)
    {
        var seed = world.Random.Next();
        // Where tokens are few, a case has those that are there, and their buckets last for one.
        var (effort, pairs) = world.Purse.IsShared ? (0, 2) : (world.Context.ShrinkingEffort, Pairs);
        cases = world.Purse.IsShared ? 1 : cases;
        RandomProperty<SendMove> Sending(int among, int largest) => new(random => Sends(random, among, largest), EachGetsItsOwnAsync, effort);
        return property switch
        {
            Guarantee.Presence => new RandomProperty<PresenceMove>(Comings, PresenceIsConsistentAsync, effort).HoldsAsync(cases, seed),
            Guarantee.Isolation => Sending(pairs, 0).HoldsAsync(cases, seed),
            Guarantee.ByteIdentity => Sending(1, 2000).HoldsAsync(cases, seed),
            _ => Sending(1, LargestPayload).HoldsAsync(cases, seed),
        };
    }

    private PeerName Name(string name, Role role, int run, int pair) =>
        new(name, role, !world.Purse.IsShared ? new Group(Pairing.Case, run, pair) : pair == 0 ? Group.Own : Group.Other);

    private int PerRole => Math.Min(MovesOfOne, Math.Min(world.Target.Limits.RatePhonePerMinute, world.Target.Limits.RateAgentPerMinute));

    private List<SendMove> Sends(Random random, int pairs, int largest)
    {
        var moves = Enumerable.Range(0, pairs)
            .SelectMany(pair => Enumerable.Range(0, 2 * PerRole).Select(i => new SendMove(pair, i % 2 == 0 ? Role.Phone : Role.Agent, random.Next(), largest)))
            .ToArray();
        random.Shuffle(moves);
        return [.. moves];
    }

    /// <summary>All send at once, each what is its own in the order of the case; each must receive what its peer sent, in order, and nothing else.</summary>
    private async Task EachGetsItsOwnAsync(IReadOnlyList<SendMove> moves)
    {
        var run = ++_run;
        PeerName End(int pair, Role role) => Name($"{role.Word} {pair} of case {run}", role, run, pair);
        var pairs = moves.Select(move => move.Pair).Distinct().ToList();
        await Task.WhenAll(pairs.Select(async pair =>
        {
            await world.Cast.ConnectAsync(End(pair, Role.Phone));
            await world.Cast.ConnectAsync(End(pair, Role.Agent));
        }));

        // Made beforehand and one after the other: the same seed, the same bytes.
        var sent = moves
            .Select(move => (Move: move, Envelope: world.Envelopes.Create(move.Role == Role.Phone ? "chat.send" : "chat.stream", move.Payload)))
            .ToLookup(one => (one.Move.Pair, one.Move.Role), one => one.Envelope);
        var ends = pairs.SelectMany(pair => new[] { (Pair: pair, Role: Role.Phone), (Pair: pair, Role: Role.Agent) }).ToList();
        await Task.WhenAll(ends.Select(async end =>
        {
            foreach (var envelope in sent[end])
                await world.Traffic.SendAsync(End(end.Pair, end.Role), envelope);
        }));
        await Task.WhenAll(ends.Select(async end =>
        {
            var receiver = End(end.Pair, end.Role);
            foreach (var envelope in sent[(end.Pair, end.Role.Opposite)])
            {
                var received = await world.Cast.Peer(receiver).NextMessageAsync($"the {receiver.Name} receives what its peer sent", world.Deadline);
                Traffic.ExpectSame(receiver, envelope.Bytes, received);
            }

            await world.Traffic.FenceAsync(receiver);
            if (world.Cast.Peer(receiver).Unread() is { } more)
                throw new ExpectationException($"the {receiver.Name} receives what its peer sent, and nothing else", $"it also received {more}");
        }));
        await Task.WhenAll(ends.Select(end => world.Cast.Peer(End(end.Pair, end.Role)).CloseAsync(1000, world.Deadline)));
    }

    private static List<PresenceMove> Comings(Random random) => [.. Enumerable.Range(0, MovesOfOne).Select(_ => new PresenceMove(
        random.Next(2) == 0 ? Role.Phone : Role.Agent,
        random.Next(5) switch { 0 => PresenceAct.Leaves, 1 => PresenceAct.IsCutOff, _ => PresenceAct.Connects }))];

    /// <summary>The model is two places; which notices each side must get follows from them, and it gets no others.</summary>
    private async Task PresenceIsConsistentAsync(IReadOnlyList<PresenceMove> moves)
    {
        var run = ++_run;
        var present = new Dictionary<Role, PeerName>();
        // Left while its peer was away: the relay may still find out.
        Role? leaving = null;
        var connections = 0;
        foreach (var move in moves)
        {
            var other = present.GetValueOrDefault(move.Role.Opposite);
            var there = present.GetValueOrDefault(move.Role);
            Presence? news = null;
            if (move.Act == PresenceAct.Connects)
            {
                var name = Name($"{move.Role.Word} {++connections} of case {run}", move.Role, run, pair: 0);
                var answer = await world.Cast.ConnectAsync(name);
                if (other is null && leaving is not null && leaving != move.Role && answer.Payload("paired")?.ValueKind == System.Text.Json.JsonValueKind.True)
                    await new PairingSteps(world).IsToldThatItsPeerIs(name, Presence.Offline);
                else if (answer.Payload("paired")?.ValueKind != (other is null ? System.Text.Json.JsonValueKind.False : System.Text.Json.JsonValueKind.True))
                    throw new ExpectationException($"paired {(other is not null ? "true" : "false")} for the {name.Name}", $"{answer}");
                if (there is not null)
                    await world.Cast.Peer(there).EndAsync($"the {there.Name}, who was replaced, is closed", world.Deadline);
                present[move.Role] = name;
                leaving = null;
                news = Presence.Online;
            }
            else if (there is not null)
            {
                await new PairingSteps(world).Leaves(there, move.Act == PresenceAct.Leaves ? PairingSteps.Going.Leaves : PairingSteps.Going.IsCutOff);
                present.Remove(move.Role);
                leaving = move.Role;
                news = Presence.Offline;
            }

            if (other is not null && news is { } presence)
                await new PairingSteps(world).IsToldThatItsPeerIs(other, presence);
            foreach (var name in present.Values)
                await new PairingSteps(world).IsToldNothingMore(name);
        }

        foreach (var name in present.Values)
            await world.Cast.Peer(name).CloseAsync(1000, world.Deadline);
    }

    /// <summary>What must hold for all exchanges.</summary>
    public enum Guarantee { OrderlyDelivery, Isolation, ByteIdentity, Presence }
}
