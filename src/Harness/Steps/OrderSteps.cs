using System.Text.Json;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Steps;

/// <summary>What came before what, and what came at all.</summary>
[Binding]
public sealed class OrderSteps(World world)
{
    /// <summary>Messages of a random exchange: enough to see a swap or a loss, within the phone's rate.</summary>
    private const int ExchangeLength = 25;

    private const int StreamedTokens = 15;

    /// <summary>The shortest batching delay worth catching: coalescing timers of relays and of Nagle's algorithm with delayed ACK are 40 ms and up.</summary>
    private static readonly TimeSpan BatchingDelay = TimeSpan.FromMilliseconds(35);

    private const int LargestRandomText = 20_000;

    private readonly Dictionary<string, IReadOnlyList<Envelope>> _expected = [];

    [Then("the first thing that {peer} received is {type}")]
    public void TheFirstThingReceived(PeerName peer, string type)
    {
        var expected = $"the first envelope for the {peer.Name} is {type}";
        if (world.Peer(peer).Received is not [var first, ..])
            throw new ExpectationException(expected, "it received nothing");
        if (first.Type != type)
            throw new ExpectationException(expected, $"it received {first.Describe()}");
    }

    [Then("{peer} learned that its peer is {presence} before it received that")]
    public void LearnedBefore(PeerName peer, string presence) => ExpectOrder(peer, presence, noticeFirst: true);

    [Then("{peer} learned that its peer is {presence} after it received that")]
    public void LearnedAfter(PeerName peer, string presence) => ExpectOrder(peer, presence, noticeFirst: false);

    /// <summary>
    /// One at a time, so that a relay that waits for more waits in vain; and each against the round trip of a ping, so
    /// that one that waits a fixed time is seen.
    /// </summary>
    [Then("each of {peer}'s chat.stream messages arrives before the next is sent, without delay")]
    public async Task EachArrivesWithoutDelay(PeerName agent)
    {
        var delays = new List<TimeSpan>();
        var roundTrips = new List<TimeSpan>();
        for (var i = 0; i < StreamedTokens; i++)
        {
            var began = world.Time.GetTimestamp();
            await world.FenceAsync(agent);
            roundTrips.Add(world.Time.GetElapsedTime(began));

            began = world.Time.GetTimestamp();
            var envelope = world.Envelopes.Create("chat.stream", $$"""{"delta":"word ","seq":{{i + 1}}}""");
            await world.SendAsync(agent, envelope);
            World.ExpectSame(agent.Opposite, envelope.Bytes, await world.Peer(agent.Opposite).NextMessageAsync($"part {i + 1} of the answer", world.Deadline));
            delays.Add(world.Time.GetElapsedTime(began));
        }

        var (delay, roundTrip) = (Median(delays), Median(roundTrips));
        if (roundTrip > BatchingDelay)
            throw new InconclusiveException($"a ping takes {roundTrip.TotalMilliseconds:0} ms here, too long to see a delay of {BatchingDelay.TotalMilliseconds:0} ms");
        if (delay > roundTrip + BatchingDelay)
            throw new ExpectationException($"a part arrives about as fast as a pong comes back ({roundTrip.TotalMilliseconds:0.0} ms)", $"half of them took more than {delay.TotalMilliseconds:0.0} ms");
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times) => times.Order().ElementAt(StreamedTokens / 2);

    /// <summary>Both sides send at once, in sizes from tiny to large; each must receive all of the other's, in order, once.</summary>
    [When("both sides send random messages to each other at once")]
    public async Task BothSidesSendAtOnce()
    {
        var fromPhone = RandomMessages("chat.send");
        var fromAgent = RandomMessages("chat.stream");
        await Task.WhenAll(SendAllAsync(PeerName.Phone, fromPhone), SendAllAsync(PeerName.Agent, fromAgent));
        _expected[PeerName.Agent.Name] = fromPhone;
        _expected[PeerName.Phone.Name] = fromAgent;
    }

    [Then("{peer} receives all of them, in order, once")]
    public async Task ReceivesAllOfThem(PeerName peer)
    {
        var expected = _expected[peer.Name];
        for (var i = 0; i < expected.Count; i++)
        {
            var received = await world.Peer(peer).NextMessageAsync($"the {peer.Name} receives message {i + 1} of {expected.Count}", world.Deadline);
            World.ExpectSame(peer, expected[i].Bytes, received);
        }

        await world.FenceAsync(peer);
        if (world.Peer(peer).Unread() is { } more)
            throw new ExpectationException($"the {peer.Name} receives {expected.Count} messages", $"it also received {more.Describe()}");
    }

    private void ExpectOrder(PeerName peer, string presence, bool noticeFirst)
    {
        var received = world.Peer(peer).Received.ToList();
        var message = received.FindIndex(message => message.Hash == world.LastSent!.Hash);
        var notice = received.FindLastIndex(message => message.Type == "status" && message.Payload("peer") is { ValueKind: JsonValueKind.String } said && said.GetString() == presence);
        if (message < 0 || notice < 0 || notice < message != noticeFirst)
        {
            throw new ExpectationException(
                $"the {peer.Name} receives status {presence} {(noticeFirst ? "before" : "after")} the message",
                $"it received, in this order: {string.Join(", ", received.Select(one => one.Type ?? "?"))}");
        }
    }

    private List<Envelope> RandomMessages(string type) => [.. Enumerable.Range(0, ExchangeLength).Select(_ => world.Envelopes.Create(type, RandomPayload.Create(world.Random, LargestRandomText)))];

    private async Task SendAllAsync(PeerName peer, IReadOnlyList<Envelope> envelopes)
    {
        foreach (var envelope in envelopes)
            await world.SendAsync(peer, envelope);
    }
}
