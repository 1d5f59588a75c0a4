using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Worlds;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>The message rate of one role: a burst until the relay says <c>RATE_LIMITED</c>, counted.</summary>
internal static class RateProbe
{
    /// <summary>A relay that lets so many through at once has no limit that a run could test.</summary>
    private const int Most = 10_000;

    private const int FirstBatch = 16;

    /// <summary>By how much a wait may exceed that of an even refill before it is worth a word.</summary>
    private const double WaitTolerance = 1.1;

    public static async Task FindAsync(World world, PeerName sender, Findings findings)
    {
        var key = sender.Role == Role.Phone ? "ratePhonePerMinute" : "rateAgentPerMinute";
        if (world.Cast.Find(sender) is null)
        {
            await world.Cast.ConnectAsync(sender);
            await world.Cast.ConnectAsync(sender.Opposite);
        }

        var began = world.Time.GetTimestamp();
        var sent = 0;
        ReceivedMessage? refusal = null;
        for (var batch = FirstBatch; refusal is null && sent < Most; batch *= 2)
        {
            for (var i = 0; i < batch; i++, sent++)
                await world.Traffic.SendAsync(sender, world.Envelopes.Sample(sender.Role.MessageType));
            await world.Traffic.FenceAsync(sender);
            refusal = Errors(world, sender).FirstOrDefault();
        }

        if (refusal is null)
        {
            findings.Missing($"limits.{key}", $"{sent} messages of the {sender.Role.Word} at once met no limit");
            return;
        }

        if (Errors(world, sender).FirstOrDefault(error => error.Code != "RATE_LIMITED") is { } other)
            throw new ExpectationException("RATE_LIMITED, and nothing else", $"a burst of the {sender.Role.Word} is answered {other}");

        var accepted = sent - Errors(world, sender).Count();
        var rate = Rate(accepted, world.Time.GetElapsedTime(began));
        var wait = refusal.Number("retry_after_ms");
        var slower = wait > WaitTolerance * 60_000 / rate
            ? "; that is longer than an even refill of this rate would take: the bucket's size and its refill may differ"
            : "";
        findings.Limit(
            key,
            rate,
            $"of {sent} messages at once {accepted} were accepted, then RATE_LIMITED with retry_after_ms {(wait is null ? "missing" : $"{wait}")}{slower}",
            limits => sender.Role == Role.Phone ? limits with { RatePhonePerMinute = rate } : limits with { RateAgentPerMinute = rate });
    }

    // What the bucket gained while the burst went out is not part of it.
    private static int Rate(int accepted, TimeSpan took)
    {
        var rate = accepted;
        while (rate > 1 && rate + (int)(rate * took.TotalMinutes) > accepted)
            rate--;
        return rate;
    }

    private static IEnumerable<ReceivedMessage> Errors(World world, PeerName sender) =>
        world.Cast.Peer(sender).Received.Where(message => message.Type == "chat.error");
}
