using System.Security.Cryptography;
using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
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

    [StepArgumentTransformation("report", "that exactly what was delivered is used|that exactly what was accepted is used|that no less is used than was delivered|the target's daily quota")]
    public static string Report(string text) => text;

    [StepArgumentTransformation("quota", "the daily quota|the monthly quota|half of the daily quota")]
    public static string Quota(string text) => text;

    /// <summary>A newcomer of the role is told by its auth.ok; what the harness's own controls delivered is counted too.</summary>
    [Then("{peer} is told {report}")]
    public async Task IsTold(PeerName peer, string report)
    {
        await SettleWaitingAsync();
        var expected = report switch
        {
            "the target's daily quota" => world.Target.Limits.DailyQuotaBytes,
            "that exactly what was accepted is used" => _accepted.Values.Sum() + world.DeliveredBytes(peer.Group, world.DayBegan, _accepted.Keys.ToHashSet()),
            _ => world.DeliveredBytes(peer.Group, world.DayBegan),
        };
        var member = report == "the target's daily quota" ? "daily_quota_bytes" : "daily_used_bytes";
        var atLeast = report == "that no less is used than was delivered";
        var answer = await world.ConnectAsync(peer);
        if (Number(answer, member) is not { } said)
            throw new NotRunException($"the relay does not give {member} in auth.ok (LIM-30), so that small amounts cannot be judged");
        if (atLeast ? said < expected : said != expected)
            throw new ExpectationException($"{member} {(atLeast ? "of at least " : "")}{expected} for the {peer.Name}", $"it says {said}");
    }

    /// <summary>To the last byte: each message fits, and passes.</summary>
    [When("{peer} uses up {quota}")]
    public async Task UsesUp(PeerName peer, string quota)
    {
        var limits = world.Target.Limits;
        var left = quota switch
        {
            "the monthly quota" => limits.MonthlyQuotaBytes - world.DeliveredBytes(peer.Group),
            "the daily quota" => limits.DailyQuotaBytes - world.DeliveredBytes(peer.Group, world.DayBegan),
            _ => (limits.DailyQuotaBytes / 2) - world.DeliveredBytes(peer.Group, world.DayBegan),
        };
        if (quota == "the daily quota" && limits.DailyQuotaBytes > limits.MonthlyQuotaBytes)
            throw new NotRunException("its monthly quota is below its daily one, so that the daily line is never reached");
        var messages = (left + limits.MaxMessageBytes - 1) / limits.MaxMessageBytes;
        if (messages >= limits.RatePerMinute(peer.Role))
            throw new NotRunException($"{quota} takes {messages} messages of the maximum size, more than a full burst of {limits.RatePerMinute(peer.Role)}: configure a quota below {(long)limits.RatePerMinute(peer.Role) * limits.MaxMessageBytes} bytes to make it testable");

        var receiver = peer.Opposite;
        while (left > 0)
        {
            // The last one ends exactly on the line; one that would be too small to be an envelope borrows from its neighbour.
            var size = left - limits.MaxMessageBytes is > 0 and < SmallestEnvelope ? limits.MaxMessageBytes - SmallestEnvelope : (int)Math.Min(left, limits.MaxMessageBytes);
            var envelope = world.Envelopes.OfSize(peer.Role == "phone" ? "chat.send" : "chat.done", size);
            await world.SendAsync(peer, envelope);
            var received = await world.Peer(receiver).NextMessageAsync($"the {receiver.Name} receives the next {size} of the {left} bytes left of {quota}", world.Deadline);
            World.ExpectSame(receiver, envelope.Bytes, received);
            left -= size;
        }
    }

    /// <summary>One after the other, each known to be accepted by the pong to a ping behind it; the one that gets none waits, and was not.</summary>
    [When("{peer} sends messages until the relay takes no more of them")]
    public async Task SendsUntilTheRelayTakesNoMore(PeerName peer)
    {
        var sender = world.Peer(peer);
        for (var i = 1; i < world.Target.Limits.RatePerMinute(peer.Role); i++)
        {
            var envelope = world.Envelopes.OfSize(peer.Role == "phone" ? "chat.send" : "chat.done", FillingBytes);
            // A relay that reads no more lets a send block, too.
            var sending = Task.Run(async () =>
            {
                await world.SendAsync(peer, envelope);
                await world.Guard(() => sender.SendAsync(world.Envelopes.Sample("ping"), world.CancellationToken));
            });
            try
            {
                await sender.NextPongAsync("a pong", new Deadline(NoMore, world.CancellationToken));
            }
            catch (ExpectationException) when (!sender.Ended.IsCompleted)
            {
                _waiting = (Convert.ToHexString(SHA256.HashData(envelope.Bytes.Span)), peer);
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
        await world.Peer(waiting.Sender).NextPongAsync("the pong that was still to come", world.Deadline);
        if (world.Peer(waiting.Sender).Unread() is null)
            _accepted[waiting.Hash] = FillingBytes;
        _waiting = null;
    }

    private static long? Number(ReceivedMessage message, string member) =>
        message.Payload(member) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
