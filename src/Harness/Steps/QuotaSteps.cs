using System.Text.Json;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Steps;

/// <summary>Byte quotas: what the relay says is used, and the line itself.</summary>
[Binding]
public sealed class QuotaSteps(World world)
{
    /// <summary>How far apart the relay's clock and ours may be when a reset is told.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(90);

    /// <summary>A newcomer of the role is told by its auth.ok; what the harness's own controls delivered is counted too.</summary>
    [Then("{peer} is told that exactly what was delivered is used")]
    public async Task IsToldExactlyWhatWasDelivered(PeerName peer)
    {
        var delivered = world.DeliveredBytes(peer.Group);
        var used = await ReadUsedAsync(peer);
        if (used != delivered)
            throw new ExpectationException($"daily_used_bytes {delivered}: the bytes of all messages that arrived", $"it says {used}");
    }

    [Then("{peer} is told the target's daily quota")]
    public async Task IsToldTheDailyQuota(PeerName peer)
    {
        var answer = await world.ConnectAsync(peer);
        if (Number(answer, "daily_quota_bytes") is not { } quota || quota != world.Target.Limits.DailyQuotaBytes)
            throw new ExpectationException($"daily_quota_bytes {world.Target.Limits.DailyQuotaBytes}, as the target claims", $"it received {answer.Describe()}");
    }

    [When("{peer} sends as many messages of the maximum size as the daily quota holds")]
    public async Task UsesUpTheDailyQuota(PeerName peer)
    {
        var limits = world.Target.Limits;
        var quota = limits.DailyQuotaBytes - world.UsedBefore(peer.Group);
        if (limits.DailyQuotaBytes > limits.MonthlyQuotaBytes)
            throw new NotRunException("its monthly quota is below its daily one, so that the daily line is never reached");
        var messages = (quota + limits.MaxMessageBytes - 1) / limits.MaxMessageBytes;
        if (messages >= limits.RatePerMinute(peer.Role))
            throw new NotRunException($"its daily quota of {quota} bytes takes {messages} messages of the maximum size, more than a full burst of {limits.RatePerMinute(peer.Role)}: configure a quota below {(long)limits.RatePerMinute(peer.Role) * limits.MaxMessageBytes} bytes to make it testable");

        var receiver = peer.Opposite;
        for (long left = quota; left > 0;)
        {
            // The last one ends exactly on the line; one that would be too small to be an envelope borrows from its neighbour.
            var size = left - limits.MaxMessageBytes is > 0 and < 512 ? limits.MaxMessageBytes - 512 : (int)Math.Min(left, limits.MaxMessageBytes);
            var envelope = world.Envelopes.OfSize(peer.Role == "phone" ? "chat.send" : "chat.done", size);
            await world.SendAsync(peer, envelope);
            var received = await world.Peer(receiver).NextMessageAsync($"the {receiver.Name} receives the next {size} of the {left} bytes left of the quota", world.Deadline);
            World.ExpectSame(receiver, envelope.Bytes, received);
            left -= size;
        }
    }

    [Then("the error says to wait until midnight UTC")]
    public void TheErrorSaysToWaitUntilMidnight()
    {
        var error = world.LastError ?? throw new InvalidOperationException("There was no error before.");
        var now = world.Time.GetUtcNow();
        var untilReset = now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime;
        var expected = $"retry_after_ms of about {untilReset.TotalMilliseconds:0}, the time until 00:00 UTC";
        if (Number(error, "retry_after_ms") is not { } wait)
            throw new ExpectationException(expected, error.Describe());
        var off = TimeSpan.FromMilliseconds(wait) - untilReset;
        if (off.Duration() > ClockTolerance)
            throw new ExpectationException(expected, $"it says {wait}, which is {off} off");
    }

    [Then("{peer} is told that no less is used than was delivered")]
    public async Task IsToldNoLess(PeerName peer)
    {
        var delivered = world.DeliveredBytes(peer.Group);
        var used = await ReadUsedAsync(peer);
        if (used < delivered)
            throw new ExpectationException($"daily_used_bytes of at least {delivered}: what had arrived before the crash", $"it says {used}");
    }

    private async Task<long> ReadUsedAsync(PeerName peer)
    {
        var answer = await world.ConnectAsync(peer);
        return Number(answer, "daily_used_bytes") ?? throw new NotRunException("the relay does not say in auth.ok how much is used (LIM-30), so that small amounts cannot be judged");
    }

    private static long? Number(ReceivedMessage message, string member) =>
        message.Payload(member) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
