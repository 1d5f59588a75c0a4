using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Wire;

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

    [StepArgumentTransformation("property", "order and exactly-once delivery|isolation of pairs|byte identity of odd envelopes|consistency of presence")]
    public static string Kind(string text) => text;

    [Then("{property} hold(s) in {int} random case(s)")]
    public Task Holds(string property, int cases)
    {
        var seed = world.Random.Next();
        // Where tokens are few, a case has those that are there, and their buckets last for one.
        var (effort, pairs) = world.SharesTokens ? (0, 2) : (world.ShrinkingEffort, Pairs);
        cases = world.SharesTokens ? 1 : cases;
        RandomProperty<SendMove> Sending(int among, int largest) => new(random => Sends(random, among, largest), EachGetsItsOwnAsync, effort);
        return property switch
        {
            "consistency of presence" => new RandomProperty<PresenceMove>(Comings, PresenceIsConsistentAsync, effort).HoldsAsync(cases, seed),
            "isolation of pairs" => Sending(pairs, 0).HoldsAsync(cases, seed),
            "byte identity of odd envelopes" => Sending(1, 2000).HoldsAsync(cases, seed),
            _ => Sending(1, LargestPayload).HoldsAsync(cases, seed),
        };
    }

    private string Group(int run, int pair) => world.SharesTokens ? (pair == 0 ? "own" : "other") : $"case {run}, pair {pair}";

    private int PerRole => Math.Min(MovesOfOne, Math.Min(world.Target.Limits.RatePhonePerMinute, world.Target.Limits.RateAgentPerMinute));

    private List<SendMove> Sends(Random random, int pairs, int largest)
    {
        var moves = Enumerable.Range(0, pairs).SelectMany(pair => Enumerable.Range(0, 2 * PerRole).Select(i => new SendMove(pair, i % 2 == 0 ? "phone" : "agent", random.Next(), largest))).ToArray();
        random.Shuffle(moves);
        return [.. moves];
    }

    /// <summary>All send at once, each what is its own in the order of the case; each must receive what its peer sent, in order, and nothing else.</summary>
    private async Task EachGetsItsOwnAsync(IReadOnlyList<SendMove> moves)
    {
        var run = ++_run;
        PeerName Name(int pair, string role) => new($"{role} {pair} of case {run}", role, Group(run, pair));
        var pairs = moves.Select(move => move.Pair).Distinct().ToList();
        await Task.WhenAll(pairs.Select(async pair =>
        {
            await world.ConnectAsync(Name(pair, "phone"));
            await world.ConnectAsync(Name(pair, "agent"));
        }));

        // Made beforehand and one after the other: the same seed, the same bytes.
        var sent = moves.Select(move => (Move: move, Envelope: world.Envelopes.Create(move.Role == "phone" ? "chat.send" : "chat.stream", move.Payload))).ToLookup(one => (one.Move.Pair, one.Move.Role), one => one.Envelope);
        var ends = pairs.SelectMany(pair => new[] { (Pair: pair, Role: "phone"), (Pair: pair, Role: "agent") }).ToList();
        await Task.WhenAll(ends.Select(async end =>
        {
            foreach (var envelope in sent[end])
                await world.SendAsync(Name(end.Pair, end.Role), envelope);
        }));
        await Task.WhenAll(ends.Select(async end =>
        {
            var receiver = Name(end.Pair, end.Role);
            foreach (var envelope in sent[(end.Pair, end.Role == "phone" ? "agent" : "phone")])
                World.ExpectSame(receiver, envelope.Bytes, await world.Peer(receiver).NextMessageAsync($"the {receiver.Name} receives what its peer sent", world.Deadline));
            await world.FenceAsync(receiver);
            if (world.Peer(receiver).Unread() is { } more)
                throw new ExpectationException($"the {receiver.Name} receives what its peer sent, and nothing else", $"it also received {more}");
        }));
        await Task.WhenAll(ends.Select(end => world.Peer(Name(end.Pair, end.Role)).CloseAsync(1000, world.Deadline)));
    }

    private static List<PresenceMove> Comings(Random random) =>
        [.. Enumerable.Range(0, MovesOfOne).Select(_ => new PresenceMove(random.Next(2) == 0 ? "phone" : "agent", random.Next(5) switch { 0 => "leaves", 1 => "is cut off", _ => "connects" }))];

    /// <summary>The model is two places; what each side must be told follows from them, and no more than that.</summary>
    private async Task PresenceIsConsistentAsync(IReadOnlyList<PresenceMove> moves)
    {
        var run = ++_run;
        var present = new Dictionary<string, PeerName>();
        // Left while nobody was there to be told: the relay may still find out.
        string? leaving = null;
        var connections = 0;
        foreach (var move in moves)
        {
            var other = present.GetValueOrDefault(move.Role == "phone" ? "agent" : "phone");
            var there = present.GetValueOrDefault(move.Role);
            string? news = null;
            if (move.Act == "connects")
            {
                var name = new PeerName($"{move.Role} {++connections} of case {run}", move.Role, Group(run, 0));
                var answer = await world.ConnectAsync(name);
                if (other is null && leaving is not null && leaving != move.Role && answer.Payload("paired")?.ValueKind == System.Text.Json.JsonValueKind.True)
                    await new PairingSteps(world).IsToldThatItsPeerIs(name, "offline");
                else if (answer.Payload("paired")?.ValueKind != (other is null ? System.Text.Json.JsonValueKind.False : System.Text.Json.JsonValueKind.True))
                    throw new ExpectationException($"paired {(other is not null ? "true" : "false")} for the {name.Name}", $"{answer}");
                if (there is not null)
                    await world.Peer(there).EndAsync($"the {there.Name}, who was replaced, is closed", world.Deadline);
                present[move.Role] = name;
                leaving = null;
                news = there is null ? "online" : null;
            }
            else if (there is not null)
            {
                await new PairingSteps(world).Leaves(there, move.Act == "leaves" ? move.Act : "is cut off by its network");
                present.Remove(move.Role);
                leaving = move.Role;
                news = "offline";
            }

            if (other is not null && news is not null)
                await new PairingSteps(world).IsToldThatItsPeerIs(other, news);
            foreach (var name in present.Values)
                await new PairingSteps(world).IsToldNothingMore(name);
        }

        foreach (var name in present.Values)
            await world.Peer(name).CloseAsync(1000, world.Deadline);
    }
}
