using System.Diagnostics;
using System.Text;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>Reports violations of invariants, with the last messages of the pair.</summary>
/// <param name="token">Never shown.</param>
internal sealed class PairWitness(PairSession pair, string token)
{
    private const int LongestText = 300;
    private const int MessagesEachWay = 6;

    public void Report(PairViolation violation) => pair.Run.Invariants.Add(violation.Invariant, () => Example(violation, received: null));

    /// <param name="message">What the violation's side received.</param>
    public void Report(PairViolation violation, ReadOnlySpan<byte> message)
    {
        var text = Encoding.UTF8.GetString(message[..Math.Min(message.Length, LongestText)]).Replace(token, "oc_pair_…", StringComparison.Ordinal);
        var received = new ExcerptLine(0, violation.Side.Word, ExcerptDirection.Received, message.Length, text);
        pair.Run.Invariants.Add(violation.Invariant, () => Example(violation, received));
    }

    private InvariantExample Example(PairViolation violation, ExcerptLine? received)
    {
        var now = pair.Run.Clock.Seconds(Stopwatch.GetTimestamp());
        var lines = SentBy(pair.Phone).Concat(SentBy(pair.Agent)).OrderBy(line => line.AtS).ToList();
        if (received is not null)
            lines.Add(received with { AtS = now });
        return new InvariantExample(now, pair.Scenario.Profile.Name, pair.Index, PairSentences.Of(violation), lines);
    }

    private IEnumerable<ExcerptLine> SentBy(PairSide side) => side.Outbound.Last(MessagesEachWay).Select(one => new ExcerptLine(
        pair.Run.Clock.Seconds(one.SentAt), side.Role.Word, ExcerptDirection.Sent, one.Size, $"{one.Id} ({one.State.ToString().ToLowerInvariant()})"));
}
