using System.Text;
using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Message rates: bursts as large as the target's own limit, and what comes after; and the waits that refusals tell.</summary>
[Binding]
public sealed class LimitSteps(World world)
{
    private static readonly string[] PhoneTypes = ["chat.send", "key_exchange", "agent.list", "group.send", "memory.search", "system.status", "file.offer", "chat.unheard_of"];

    /// <summary>How far apart the relay's clock and ours may be when a reset is told.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private const int BeyondSuffering = Promises.RefusalsPerMinute + 20;

    private readonly Dictionary<string, IReadOnlyList<Envelope>> _bursts = [];
    private readonly Dictionary<string, int> _sentAtOnce = [];

    [StepArgumentTransformation("burst", "its full burst(?: of types in turn| of large messages)?|all of its full burst but one|half of its full burst")]
    public static string Burst(string text) => text;

    [StepArgumentTransformation("many", "as many of these as its full burst|more of these than are suffered in a minute")]
    public static bool IsBeyondSuffering(string text) => text[0] == 'm';

    [StepArgumentTransformation("wait", "how long to wait|to wait until midnight UTC|to wait until the first of the month UTC")]
    public static string Wait(string text) => text;

    [StepArgumentTransformation("duration", "as long as the error said|longer than the idle time-out|longer than the stall time-out")]
    public static string Duration(string text) => text;

    /// <summary>As many messages as fit the bucket, at once, or as the words say.</summary>
    [When("{peer} sends {burst}")]
    public async Task SendsABurst(PeerName peer, string kind)
    {
        var full = world.Target.Limits.RatePerMinute(peer.Role);
        var count = kind.StartsWith("all", StringComparison.Ordinal) ? full - 1 : kind.StartsWith("half", StringComparison.Ordinal) ? full / 2 : full;
        Envelope Message(int i) => kind.EndsWith("turn", StringComparison.Ordinal) ? world.Envelopes.Sample(PhoneTypes[i % PhoneTypes.Length])
            : kind.EndsWith("large messages", StringComparison.Ordinal) ? world.Envelopes.OfSize(Ordinary(peer), world.Target.Limits.MaxMessageBytes)
            : world.Envelopes.Sample(Ordinary(peer));
        var burst = Enumerable.Range(0, count).Select(Message).ToList();
        _bursts[peer.Name] = burst;
        _sentAtOnce[peer.Name] = burst.Count;
        world.Rates.BurstBegins(peer, world.Transcript.Elapsed);
        foreach (var envelope in burst)
            await world.SendAsync(peer, envelope);
    }

    [When("{peer} sends one message more")]
    public Task SendsOneMore(PeerName peer) => world.SendAsync(peer, world.Envelopes.Sample(Ordinary(peer)));

    [When("{peer} sends {many}")]
    public async Task SendsMany(PeerName peer, bool isBeyondSuffering, string text)
    {
        var count = _sentAtOnce[peer.Name] = isBeyondSuffering ? BeyondSuffering : world.Target.Limits.RatePerMinute(peer.Role);
        for (var i = 0; i < count; i++)
            await world.SendAsync(peer, Encoding.UTF8.GetBytes(world.Fill(text)), Opcode.Text);
    }

    [Then("{peer} is answered {code} to the whole burst")]
    public async Task IsAnsweredToTheWholeBurst(PeerName peer, ErrorCodes codes)
    {
        var messages = new MessageSteps(world);
        for (var i = 0; i < _sentAtOnce[peer.Name]; i++)
            await messages.IsRefused(peer, new Refusal(codes, []));
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

    [Then("{peer} was answered each time, or closed {closing} after that")]
    public async Task WasAnsweredEachTimeOrClosed(PeerName peer, int[] codes)
    {
        var sender = world.Peer(peer);
        for (var i = 0; i < BeyondSuffering; i++)
        {
            var expected = $"refusal {i + 1} is answered INVALID_MESSAGE, or, after {Promises.RefusalsPerMinute}, the connection is closed with {string.Join(" or ", codes)}";
            try
            {
                var answer = await sender.NextMessageAsync(expected, world.Deadline);
                if (answer.Code != "INVALID_MESSAGE")
                    throw new ExpectationException(expected, $"it received {answer}");
            }
            catch (ExpectationException) when (i > Promises.RefusalsPerMinute && sender.Ended is { IsCompletedSuccessfully: true, Result.CloseCode: { } code } && codes.Contains(code))
            {
                return;
            }
        }

        await world.FenceAsync(peer);
    }

    [Then("the error says {wait}")]
    public void TheErrorSays(string what)
    {
        var wait = RetryAfter();
        if (what == "how long to wait")
            return;
        var now = world.RelayNow.UtcDateTime;
        var reset = what.EndsWith("midnight UTC", StringComparison.Ordinal) ? now.Date.AddDays(1) : new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
        var off = wait - (reset - now);
        if (off.Duration() > ClockTolerance)
            throw new ExpectationException($"retry_after_ms of about {(reset - now).TotalMilliseconds:0}, the time until {reset:yyyy-MM-dd} 00:00 UTC", $"it says {wait.TotalMilliseconds:0}, which is {off} off");
    }

    [When("{peer} waits {duration}")]
    public Task Waits(PeerName peer, string howLong)
    {
        var limits = world.Target.Limits;
        var wait = howLong switch
        {
            "as long as the error said" => RetryAfter(),
            "longer than the idle time-out" => TimeSpan.FromMilliseconds(limits.IdleTimeoutMs) + SilenceSteps.Lateness,
            _ => TimeSpan.FromMilliseconds(limits.StallTimeoutMs) + SilenceSteps.Lateness,
        };
        if (wait > LongestWait)
            throw new InconclusiveException($"the error said to wait {wait}: no scenario waits longer than {LongestWait}. One that sets the relay's clock came too late to see the day end.");
        world.Transcript.Note(peer.Name, $"waits {wait.TotalMilliseconds:0} ms");
        return world.WaitAsync(wait);
    }

    private TimeSpan RetryAfter()
    {
        var error = world.LastError ?? throw new NotApplicableException("the relay did not refuse, which it may: there is no error to judge");
        return error.Payload("retry_after_ms") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var wait) && wait > 0
            ? TimeSpan.FromMilliseconds(wait)
            : throw new ExpectationException("an error with retry_after_ms greater than 0", $"{error}");
    }

    private static string Ordinary(PeerName peer) => peer.Role == "phone" ? "chat.send" : "chat.stream";
}
