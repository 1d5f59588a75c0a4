using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>How a relay breaks an invariant.</summary>
internal enum Breach
{
    Misrouted, Unknown, OtherBytes, ArrivedTwice, ArrivedAfterRefusal, OutOfOrder, NotAnEnvelope, NeverArrived, RefusedAfterDelivery, DoesNotOpen,
}

/// <summary>A violation of an invariant, as data.</summary>
/// <param name="Pair">The pair that saw it.</param>
/// <param name="Side">The side that saw it.</param>
internal readonly record struct PairViolation(Breach Breach, int Pair, Role Side)
{
    /// <summary>The load message that it is about, if there is one.</summary>
    public MessageId Message { get; init; }

    /// <summary>An error code, or why a message does not open.</summary>
    public string? Detail { get; init; }

    public Invariant Invariant => Breach switch
    {
        Breach.Misrouted => Invariant.Isolation,
        Breach.OtherBytes or Breach.NotAnEnvelope => Invariant.Identity,
        Breach.OutOfOrder => Invariant.Order,
        Breach.DoesNotOpen => Invariant.Decryption,
        _ => Invariant.Delivery,
    };
}
