using System.Text.Json;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Steps;

/// <summary>Message rates: bursts as large as the target's own limit, and what comes after.</summary>
[Binding]
public sealed class LimitSteps(World world)
{
    private static readonly string[] PhoneTypes = ["chat.send", "key_exchange", "agent.list", "group.send", "memory.search", "system.status", "file.offer", "chat.unheard_of"];

    private readonly Dictionary<string, IReadOnlyList<Envelope>> _bursts = [];

    /// <summary>As many messages as fit the bucket, at once.</summary>
    [When("{peer} sends its full burst")]
    public Task SendsItsFullBurst(PeerName peer) => SendBurstAsync(peer, _ => Ordinary(peer));

    [When("{peer} sends its full burst of types in turn")]
    public Task SendsItsFullBurstOfTypes(PeerName peer) => SendBurstAsync(peer, i => PhoneTypes[i % PhoneTypes.Length]);

    [When("{peer} sends as many of these as its full burst")]
    public async Task SendsAsManyOfThese(PeerName peer, string text)
    {
        var messages = new MessageSteps(world);
        for (var i = 0; i < world.Target.Limits.RatePerMinute(peer.Role); i++)
            await messages.SendsText(peer, text);
    }

    [Then("{peer} is answered {code} to the whole burst")]
    public async Task IsAnsweredToTheWholeBurst(PeerName peer, ErrorCodes codes)
    {
        var messages = new MessageSteps(world);
        foreach (var _ in _bursts[peer.Name])
            await messages.IsAnswered(peer, codes);
    }

    [Then("{peer} receives the whole burst in order")]
    public async Task ReceivesTheWholeBurst(PeerName peer)
    {
        var burst = _bursts[peer.Opposite.Name];
        for (var i = 0; i < burst.Count; i++)
        {
            var received = await world.Peer(peer).NextMessageAsync($"the {peer.Name} receives message {i + 1} of the burst of {burst.Count}", world.Deadline);
            World.ExpectSame(peer, burst[i].Bytes, received);
        }
    }

    [When("{peer} sends one message more")]
    public Task SendsOneMore(PeerName peer) => world.SendAsync(peer, world.Envelopes.Sample(Ordinary(peer)));

    [When("{peer} sends more refused messages than the specification suffers in a minute")]
    public async Task SendsManyRefused(PeerName peer)
    {
        for (var i = 0; i < Promises.RefusalsPerMinute + 20; i++)
            await world.SendAsync(peer, world.Envelopes.Sample("status"));
    }

    [Then("{peer} was answered each time, or closed {closing} after that")]
    public async Task WasAnsweredEachTimeOrClosed(PeerName peer, int[] codes)
    {
        var sender = world.Peer(peer);
        for (var i = 0; i < Promises.RefusalsPerMinute + 20; i++)
        {
            var expected = $"refusal {i + 1} is answered INVALID_MESSAGE, or, after {Promises.RefusalsPerMinute}, the connection is closed with {string.Join(" or ", codes)}";
            try
            {
                var answer = await sender.NextMessageAsync(expected, world.Deadline);
                if (answer.Code != "INVALID_MESSAGE")
                    throw new ExpectationException(expected, $"it received {answer.Describe()}");
            }
            catch (ExpectationException) when (i > Promises.RefusalsPerMinute && sender.Ended is { IsCompletedSuccessfully: true, Result.CloseCode: { } code } && codes.Contains(code))
            {
                return;
            }
        }

        await world.FenceAsync(peer);
    }

    [Then("the error says how long to wait")]
    public void TheErrorSaysHowLongToWait() => RetryAfter();

    [When("{peer} waits for as long as the error said")]
    public Task WaitsForAsLongAsItWasTold(PeerName peer)
    {
        var wait = RetryAfter();
        world.Transcript.Note(peer.Name, $"waits {wait.TotalMilliseconds:0} ms");
        return world.WaitAsync(wait);
    }

    private TimeSpan RetryAfter()
    {
        var error = world.LastError ?? throw new InvalidOperationException("There was no error before.");
        return error.Payload("retry_after_ms") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var wait) && wait > 0
            ? TimeSpan.FromMilliseconds(wait)
            : throw new ExpectationException("an error with retry_after_ms greater than 0", error.Describe());
    }

    private async Task SendBurstAsync(PeerName peer, Func<int, string> type)
    {
        var burst = Enumerable.Range(0, world.Target.Limits.RatePerMinute(peer.Role)).Select(i => world.Envelopes.Sample(type(i))).ToList();
        _bursts[peer.Name] = burst;
        world.Rates.BurstBegins(peer, world.Transcript.Elapsed);
        foreach (var envelope in burst)
            await world.SendAsync(peer, envelope);
    }

    private static string Ordinary(PeerName peer) => peer.Role == "phone" ? "chat.send" : "chat.stream";
}
