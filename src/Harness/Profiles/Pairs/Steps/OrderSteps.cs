using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>What came before what, and what came at all.</summary>
[Binding]
public sealed class OrderSteps(World world)
{
    private const int StreamedTokens = 15;

    /// <summary>
    /// The shortest batching delay worth catching: coalescing timers of relays and of Nagle's algorithm with delayed ACK are
    /// 40 ms and up.
    /// </summary>
    private static readonly TimeSpan BatchingDelay = TimeSpan.FromMilliseconds(35);

    private readonly List<(string Id, string Code)> _refused = [];

    [StepWords("order")]
    public static Words<bool> IsBefore { get; } = new(("before", true), ("after", false));

    [Then("{peer} learned that its peer is {presence} {order} it received that")]
    public void Learned(PeerName peer, Presence said, bool noticeFirst)
    {
        var presence = StepValues.Presences.For(said);
        var received = world.Cast.Peer(peer).Received.ToList();
        var message = received.FindIndex(message => message.Hash == world.LastSent!.Hash);
        var notice = received.FindLastIndex(message => message.Type == "status" && StepValues.Tells(message, said));
        if (message < 0 || notice < 0 || notice < message != noticeFirst)
        {
            throw new ExpectationException(
                $"the {peer.Name} receives status {presence} {(noticeFirst ? "before" : "after")} the message",
                $"it received, in this order: {string.Join(", ", received.Select(one => one.Type ?? "?"))}");
        }
    }

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
            await world.Traffic.FenceAsync(agent);
            roundTrips.Add(world.Time.GetElapsedTime(began));

            began = world.Time.GetTimestamp();
            var envelope = world.Envelopes.Create("chat.stream", $$"""{"delta":"word ","seq":{{i + 1}}}""");
            await world.Traffic.SendAsync(agent, envelope);
            var received = await world.Cast.Peer(agent.Opposite).NextMessageAsync($"part {i + 1} of the answer", world.Deadline);
            Traffic.ExpectSame(agent.Opposite, envelope.Bytes, received);
            delays.Add(world.Time.GetElapsedTime(began));
        }

        var (delay, roundTrip) = (Median(delays), Median(roundTrips));
        if (roundTrip > BatchingDelay)
            throw new InconclusiveException(
                $"a ping takes {roundTrip.TotalMilliseconds:0} ms here, too long to see a delay of {BatchingDelay.TotalMilliseconds:0} ms");
        if (delay > roundTrip + BatchingDelay)
            throw new ExpectationException(
                $"a part arrives about as fast as a pong comes back ({roundTrip.TotalMilliseconds:0.0} ms)",
                $"half of them took more than {delay.TotalMilliseconds:0.0} ms");
    }

    /// <summary>In places that may be far apart in a relay: its reader, its look at the role, and the session.</summary>
    [When("{peer} sends {int} messages that are refused for form, role and absence in turn")]
    [Costs(nameof(CostOfRefused))]
    public async Task SendsRefused(PeerName peer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (type, code) = (i % 3) switch { 0 => ("status", "INVALID_MESSAGE"), 1 => ("chat.done", "INVALID_MESSAGE"), _ => ("chat.send", "PEER_OFFLINE") };
            var envelope = world.Envelopes.Sample(type);
            _refused.Add((envelope.Id, code));
            await world.Traffic.SendAsync(peer, envelope);
        }
    }

    [Then("{peer} is answered in the order of these messages")]
    public async Task IsAnsweredInOrder(PeerName peer)
    {
        for (var i = 0; i < _refused.Count; i++)
        {
            var (id, code) = _refused[i];
            var expected = $"the error for message {i + 1} of {_refused.Count} comes next: {code} with ref {id}";
            var answer = await world.Cast.Peer(peer).NextMessageAsync(expected, world.Deadline);
            if (answer.Code != code || (answer.Payload("ref") is { ValueKind: JsonValueKind.String } named && named.GetString() != id))
                throw new ExpectationException(expected, $"the {peer.Name} received {answer}");
        }
    }

    private static StepCost CostOfRefused(PeerName peer, int count) => new((peer, count));

    private static TimeSpan Median(IEnumerable<TimeSpan> times) => times.Order().ElementAt(StreamedTokens / 2);
}
