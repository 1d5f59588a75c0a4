using System.Globalization;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Load.Decisions;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>Makes the sentences of a report from what load runs found about pairs; nothing reads them again.</summary>
internal static class PairSentences
{
    /// <summary>How to bring a quota within reach of a run, a clause.</summary>
    public const string SmallQuotas = "start the relay with quotas that a run can reach, for example -daily-quota 104857600 -monthly-quota 104857600, "
        + "and describe them in its target description (--target): \"limits\": {\"dailyQuotaBytes\": 104857600, \"monthlyQuotaBytes\": 104857600}";

    public static string Of(PairViolation violation)
    {
        var side = violation.Side.Word;
        var (number, pair) = (violation.Message.Number, violation.Pair);
        return violation.Breach switch
        {
            Breach.Misrouted => $"The {side} of pair {pair} got message {number} of pair {violation.Message.User}, meant for its {Receiver(violation)}.",
            Breach.Unknown => $"The {side} got message {number}, which was settled long ago or never sent.",
            Breach.OtherBytes => $"Message {number} arrived with other bytes than were sent.",
            Breach.ArrivedTwice => $"Message {number} arrived twice.",
            Breach.ArrivedAfterRefusal => $"Message {number} arrived although it had been refused.",
            Breach.OutOfOrder => $"Message {number} arrived after one that was sent later.",
            Breach.NotAnEnvelope => $"The {side} got a message that is not an envelope.",
            Breach.NeverArrived => $"A message of the {side} of pair {pair} never arrived and was never refused.",
            Breach.RefusedAfterDelivery => $"Message {number} was refused with {violation.Detail} although it had been delivered.",
            _ => $"A message to the {side} does not open: {violation.Detail}",
        };
    }

    /// <param name="atS">Seconds since the load began.</param>
    /// <param name="least">Tokens that the bucket held at least.</param>
    /// <param name="most">Tokens that it held at most.</param>
    public static string RateDecision(double atS, int pair, bool accepted, double least, double most) => string.Create(
        CultureInfo.InvariantCulture,
        $"At {atS:0.000} s pair {pair}'s message was {Decision(accepted)} while its bucket held {least:0.00} to {most:0.00}.");

    /// <param name="atS">Seconds since the load began.</param>
    /// <param name="before">Bytes used before.</param>
    /// <param name="quota">Bytes.</param>
    public static string QuotaDecision(double atS, int size, bool accepted, long before, long quota) => string.Create(
        CultureInfo.InvariantCulture, $"At {atS:0.000} s {size} bytes were {Decision(accepted)} when {before} of {quota} were used.");

    public static string Unreached(ScoredLimit limit, QuotaModel model, TimeSpan duration)
    {
        var (name, seconds) = (limit == ScoredLimit.DailyQuota ? "daily" : "monthly", duration.TotalSeconds);
        var needed = model.Used > 0 ? Math.Ceiling(model.Quota / (double)model.Used * seconds) : 0;
        var longer = needed > 0 ? string.Create(CultureInfo.InvariantCulture, $"At this pace it takes {needed:0} s (--duration). ") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The {name} quota was not reached: {model.Used} of {model.Quota} bytes were moved in {seconds:0.#} s. {longer}Or {SmallQuotas}.");
    }

    private static string Receiver(PairViolation violation) => (violation.Message.Direction == Direction.Up ? Role.Agent : Role.Phone).Word;

    private static string Decision(bool accepted) => accepted ? "forwarded" : "refused";
}
