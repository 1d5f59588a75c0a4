using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>What the session decided about one message.</summary>
/// <param name="Receiver">The connection that has the message in its outbox and needs a flush, when it was forwarded.</param>
/// <param name="Refusal">The error for the sender, when it was refused. Its code says whose fault it is: the sender's, the peer's absence, or the
/// relay's.</param>
internal readonly record struct ForwardResult(ForwardOutcome Outcome, PairConnection? Receiver = null, Refusal Refusal = default)
{
    /// <summary>The sender was replaced or has ended: the message is dropped without an answer (PAIR-13, PAIR-52).</summary>
    public static readonly ForwardResult NotMember = new(ForwardOutcome.NotMember);

    /// <summary>The usage must be recorded first: to be tried again when the store has answered.</summary>
    public static readonly ForwardResult AwaitsLease = new(ForwardOutcome.AwaitsLease);

    public static implicit operator ForwardResult(Refusal refusal) => new(ForwardOutcome.Refused, null, refusal);
}

internal enum ForwardOutcome
{
    Forwarded,
    Refused,
    AwaitsLease,
    NotMember,
}
