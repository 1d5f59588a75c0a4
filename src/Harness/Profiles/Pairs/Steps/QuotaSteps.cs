using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>Byte quotas: what the relay says is used, and the line itself.</summary>
[Binding]
public sealed class QuotaSteps(World world)
{
    /// <summary>A message of a series that is to fill a queue: large, so that few are enough.</summary>
    private const int FillingBytes = 512 * 1024;

    /// <summary>A relay that has not answered a ping by then has stopped reading.</summary>
    private static readonly TimeSpan NoMore = TimeSpan.FromMilliseconds(700);

    /// <summary>No envelope is smaller.</summary>
    private const int SmallestEnvelope = 512;

    private readonly Dictionary<string, long> _accepted = [];

    private (string Hash, PeerName Sender)? _waiting;

    [StepWords("report")]
    public static Words<Report> Reports { get; } = new(
        ("that exactly what was delivered is used", Report.DeliveredIsUsed),
        ("that exactly what was accepted is used", Report.AcceptedIsUsed),
        ("that no less is used than was delivered", Report.AtLeastDeliveredIsUsed),
        ("the target's daily quota", Report.DailyQuota));

    [StepWords("quota")]
    public static Words<Quota> Quotas { get; } =
        new(("the daily quota", Quota.Daily), ("the monthly quota", Quota.Monthly), ("half of the daily quota", Quota.HalfOfDaily));

    /// <summary>A newcomer of the role gets it in its auth.ok; what the harness's own controls delivered is counted too.</summary>
    [Then("{peer} is told {report}")]
    public async Task IsTold(PeerName peer, Report report)
    {
        await SettleWaitingAsync();
        var expected = report switch
        {
            Report.DailyQuota => world.Target.Limits.DailyQuotaBytes,
            Report.AcceptedIsUsed =>
                _accepted.Values.Sum() + world.Watches.DeliveredBytes(peer.Group, world.Clock.DayBegan, _accepted.Keys.ToHashSet()),
            _ => world.Watches.DeliveredBytes(peer.Group, world.Clock.DayBegan),
        };
        var member = report == Report.DailyQuota ? "daily_quota_bytes" : "daily_used_bytes";
        var atLeast = report == Report.AtLeastDeliveredIsUsed;
        var answer = await world.Cast.ConnectAsync(peer);
        if (answer.Number(member) is not { } said)
            throw new NotRunException($"the relay does not give {member} in auth.ok (LIM-30), so that small amounts cannot be judged");
        if (atLeast ? said < expected : said != expected)
            throw new ExpectationException($"{member} {(atLeast ? "of at least " : "")}{expected} for the {peer.Name}", $"it says {said}");
    }

    /// <summary>To the last byte: each message fits, and passes.</summary>
    [When("{peer} uses up {quota}")]
    public async Task UsesUp(PeerName peer, Quota which)
    {
        var limits = world.Target.Limits;
        var quota = Quotas.For(which);
        var left = which switch
        {
            Quota.Monthly => limits.MonthlyQuotaBytes - world.Watches.DeliveredBytes(peer.Group),
            Quota.Daily => limits.DailyQuotaBytes - world.Watches.DeliveredBytes(peer.Group, world.Clock.DayBegan),
            _ => (limits.DailyQuotaBytes / 2) - world.Watches.DeliveredBytes(peer.Group, world.Clock.DayBegan),
        };
        if (which == Quota.Daily && limits.DailyQuotaBytes > limits.MonthlyQuotaBytes)
            throw new NotRunException("its monthly quota is below its daily one, so that the daily line is never reached");
        var messages = (left + limits.MaxMessageBytes - 1) / limits.MaxMessageBytes;
        if (messages >= limits.RatePerMinute(peer.Role))
            throw new NotRunException($"{quota} takes {messages} messages of the maximum size, more than a full burst of {limits.RatePerMinute(peer.Role)}: configure a quota below {(long)limits.RatePerMinute(peer.Role) * limits.MaxMessageBytes} bytes to make it testable");

        var receiver = peer.Opposite;
        while (left > 0)
        {
            // The last one ends exactly on the line; one that would be too small to be an envelope borrows from its neighbour.
            var size = left - limits.MaxMessageBytes is > 0 and < SmallestEnvelope
                ? limits.MaxMessageBytes - SmallestEnvelope
                : (int)Math.Min(left, limits.MaxMessageBytes);
            var envelope = world.Envelopes.OfSize(peer.Role.MessageType, size);
            await world.Traffic.SendAsync(peer, envelope);
            var received = await world.Cast.Peer(receiver)
                .NextMessageAsync($"the {receiver.Name} receives the next {size} of the {left} bytes left of {quota}", world.Deadline);
            Traffic.ExpectSame(receiver, envelope.Bytes, received);
            left -= size;
        }
    }

    /// <summary>One after the other, each known to be accepted by the pong to a ping behind it; the one that gets none waits, and was not.</summary>
    [When("{peer} sends messages until the relay takes no more of them")]
    [Costs(nameof(StepCost.OneMessage))]
    public async Task SendsUntilTheRelayTakesNoMore(PeerName peer)
    {
        var sender = world.Cast.Peer(peer);
        for (var i = 1; i < world.Target.Limits.RatePerMinute(peer.Role); i++)
        {
            var envelope = world.Envelopes.OfSize(peer.Role.MessageType, FillingBytes);
            // A relay that reads no more lets a send block, too.
            var sending = Task.Run(async () =>
            {
                await world.Traffic.SendAsync(peer, envelope);
                await world.Traffic.GuardAsync(() => sender.SendAsync(world.Envelopes.Sample("ping"), world.CancellationToken));
            });
            try
            {
                await sender.NextPongAsync("a pong", new Deadline(NoMore, world.CancellationToken));
            }
            catch (ExpectationException) when (!sender.Ended.IsCompleted)
            {
                _waiting = (envelope.Hash, peer);
                return;
            }

            await sending;
            if (sender.Unread() is { } refused)
            {
                world.LastError = refused;
                return;
            }

            _accepted[world.LastSent!.Hash] = FillingBytes;
        }

        throw new NotApplicableException("the relay takes as much for a peer that does not read as its rate allows");
    }

    // The message that got no pong had found a place, or is refused when its receiver has gone; the sender knows which by now.
    private async Task SettleWaitingAsync()
    {
        if (_waiting is not { } waiting)
            return;
        await world.Cast.Peer(waiting.Sender).NextPongAsync("the pong that was still to come", world.Deadline);
        if (world.Cast.Peer(waiting.Sender).Unread() is null)
            _accepted[waiting.Hash] = FillingBytes;
        _waiting = null;
    }

    /// <summary>What <c>auth.ok</c> says of the quota.</summary>
    public enum Report { DeliveredIsUsed, AcceptedIsUsed, AtLeastDeliveredIsUsed, DailyQuota }

    /// <summary>What a peer uses up.</summary>
    public enum Quota { Daily, Monthly, HalfOfDaily }
}
