using System.Text;
using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Message rates: bursts as large as the target's own limit, and what comes after; and the waits that refusals tell.</summary>
[Binding]
public sealed class LimitSteps(World world)
{
    private static readonly string[] PhoneTypes =
        ["chat.send", "key_exchange", "agent.list", "group.send", "memory.search", "system.status", "file.offer", "chat.unheard_of"];

    /// <summary>How far apart the relay's clock and ours may be when an error says when a reset comes.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private const int BeyondSuffering = Promises.RefusalsPerMinute + 20;

    private readonly Dictionary<(Group Group, Role Role), IReadOnlyList<Envelope>> _bursts = [];
    private readonly Dictionary<string, int> _sentAtOnce = [];

    [StepWords("burst")]
    public static Words<Burst> Bursts { get; } = new(
        ("its full burst", Burst.Full),
        ("its full burst of types in turn", Burst.OfTypesInTurn),
        ("its full burst of large messages", Burst.OfLargeMessages),
        ("all of its full burst but one", Burst.AllButOne),
        ("half of its full burst", Burst.Half));

    [StepWords("many")]
    public static Words<Many> Multitudes { get; } =
        new(("as many of these as its full burst", Many.FullBurst), ("more of these than are suffered in a minute", Many.BeyondSuffering));

    [StepWords("wait")]
    public static Words<Reset> Resets { get; } = new(
        ("how long to wait", Reset.Any),
        ("to wait for one message's place, or a second more", Reset.OnePermit),
        ("to wait until midnight UTC", Reset.Midnight),
        ("to wait until the first of the month UTC", Reset.FirstOfMonth));

    [StepWords("duration")]
    public static Words<Duration> Durations { get; } = new(
        ("as long as the error said", Duration.RetryAfter),
        ("longer than the idle time-out", Duration.IdleTimeout),
        ("longer than the stall time-out", Duration.StallTimeout));

    /// <summary>As many messages as fit the bucket, at once, or as the words say.</summary>
    [When("{peer} sends {burst}")]
    [Costs(nameof(StepCost.FullBurst))]
    public async Task SendsABurst(PeerName peer, Burst kind)
    {
        var full = world.Target.Limits.RatePerMinute(peer.Role);
        var count = kind switch { Burst.AllButOne => full - 1, Burst.Half => full / 2, _ => full };
        Envelope Message(int i) => kind switch
        {
            Burst.OfTypesInTurn => world.Envelopes.Sample(PhoneTypes[i % PhoneTypes.Length]),
            Burst.OfLargeMessages => world.Envelopes.OfSize(Ordinary(peer), world.Target.Limits.MaxMessageBytes),
            _ => world.Envelopes.Sample(Ordinary(peer)),
        };
        var burst = Enumerable.Range(0, count).Select(Message).ToList();
        _bursts[(peer.Group, peer.Role)] = burst;
        _sentAtOnce[peer.Name] = burst.Count;
        world.Watches.Rates.BurstBegins(peer, world.Transcript.Elapsed);
        foreach (var envelope in burst)
            await world.Traffic.SendAsync(peer, envelope);
    }

    [When("{peer} sends one message more")]
    [Costs(nameof(StepCost.OneMessage))]
    public Task SendsOneMore(PeerName peer) => world.Traffic.SendAsync(peer, world.Envelopes.Sample(Ordinary(peer)));

    [When("{peer} sends {many}")]
    [Costs(nameof(StepCost.FullBurst))]
    public async Task SendsMany(PeerName peer, Many many, string text)
    {
        var count = _sentAtOnce[peer.Name] = many == Many.BeyondSuffering ? BeyondSuffering : world.Target.Limits.RatePerMinute(peer.Role);
        for (var i = 0; i < count; i++)
            await world.Traffic.SendAsync(peer, Encoding.UTF8.GetBytes(world.Envelopes.Fill(text)));
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
        var burst = _bursts[(peer.Group, peer.Role.Opposite)];
        for (var i = 0; i < burst.Count; i++)
        {
            var received = await world.Cast.Peer(peer)
                .NextMessageAsync($"the {peer.Name} receives message {i + 1} of the burst of {burst.Count}", world.Deadline);
            Traffic.ExpectSame(peer, burst[i].Bytes, received);
        }
    }

    [Then("{peer} was answered each time, or closed {closing} after that")]
    public async Task WasAnsweredEachTimeOrClosed(PeerName peer, int[] codes)
    {
        var sender = world.Cast.Peer(peer);
        for (var i = 0; i < BeyondSuffering; i++)
        {
            var closing = $"after {Promises.RefusalsPerMinute}, the connection is closed with {string.Join(" or ", codes)}";
            var expected = $"refusal {i + 1} is answered INVALID_MESSAGE, or, {closing}";
            try
            {
                var answer = await sender.NextMessageAsync(expected, world.Deadline);
                if (answer.Code != "INVALID_MESSAGE")
                    throw new ExpectationException(expected, $"it received {answer}");
            }
            catch (ExpectationException) when (i > Promises.RefusalsPerMinute
                && sender.Ended is { IsCompletedSuccessfully: true, Result.CloseCode: { } code } && codes.Contains(code))
            {
                return;
            }
        }

        await world.Traffic.FenceAsync(peer);
    }

    [Then("the error says {wait}")]
    public void TheErrorSays(Reset what)
    {
        var wait = RetryAfter();
        if (what == Reset.OnePermit)
            ExpectOnePermit(wait);
        if (what is Reset.Any or Reset.OnePermit)
            return;
        var now = world.Clock.Now.UtcDateTime;
        var reset = what == Reset.Midnight ? now.Date.AddDays(1) : new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
        var off = wait - (reset - now);
        if (off.Duration() > ClockTolerance)
            throw new ExpectationException(
                $"retry_after_ms of about {(reset - now).TotalMilliseconds:0}, the time until {reset:yyyy-MM-dd} 00:00 UTC",
                $"it says {wait.TotalMilliseconds:0}, which is {off} off");
    }

    [When("{peer} waits {duration}")]
    [Costs(nameof(CostOfWaiting))]
    public Task Waits(PeerName peer, Duration howLong)
    {
        var limits = world.Target.Limits;
        var wait = howLong switch
        {
            Duration.RetryAfter => RetryAfter(),
            Duration.IdleTimeout => TimeSpan.FromMilliseconds(limits.IdleTimeoutMs) + SilenceSteps.Lateness,
            _ => TimeSpan.FromMilliseconds(limits.StallTimeoutMs) + SilenceSteps.Lateness,
        };
        if (wait > LongestWait)
        {
            throw new InconclusiveException(
                $"the error said to wait {wait}: no scenario waits longer than {LongestWait}. One that sets the relay's clock came too late to see the day end.");
        }

        world.Transcript.Note(peer.Name, $"waits {wait.TotalMilliseconds:0} ms");
        return world.Clock.WaitAsync(wait);
    }

    private static StepCost CostOfWaiting(PeerName peer, Duration howLong, TargetLimits limits) => new((peer, 0))
    {
        Waiting = TimeSpan.FromMilliseconds(howLong switch
        {
            Duration.RetryAfter => 60_000 / limits.RatePerMinute(peer.Role),
            Duration.IdleTimeout => limits.IdleTimeoutMs,
            _ => 0, // The relay of such a scenario has a short one of its own.
        }),
    };

    // That it is long enough is for the message after the wait to show.
    private void ExpectOnePermit(TimeSpan wait)
    {
        var sender = world.LastSent!.Sender.Role;
        var longest = TimeSpan.FromMilliseconds(Math.Ceiling(60_000.0 / world.Target.Limits.RatePerMinute(sender)) + 1000);
        if (wait > longest)
            throw new ExpectationException(
                $"retry_after_ms of at most {longest.TotalMilliseconds:0}, a second more than one permit of the {sender.Word} takes",
                $"it says {wait.TotalMilliseconds:0}");
    }

    private TimeSpan RetryAfter()
    {
        var error = world.LastError ?? throw new NotApplicableException("the relay did not refuse, which it may: there is no error to judge");
        return error.Payload("retry_after_ms") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var wait) && wait > 0
            ? TimeSpan.FromMilliseconds(wait)
            : throw new ExpectationException("an error with retry_after_ms greater than 0", $"{error}");
    }

    private static string Ordinary(PeerName peer) => peer.Role == Role.Phone ? "chat.send" : "chat.stream";

    /// <summary>Messages that are sent at once: how many of a full bucket, and of what kind.</summary>
    public enum Burst { Full, OfTypesInTurn, OfLargeMessages, AllButOne, Half }

    /// <summary>How often the same text is sent.</summary>
    public enum Many { FullBurst, BeyondSuffering }

    /// <summary>Until when an error says to wait.</summary>
    public enum Reset { Any, OnePermit, Midnight, FirstOfMonth }

    /// <summary>How long a peer waits.</summary>
    public enum Duration { RetryAfter, IdleTimeout, StallTimeout }
}
