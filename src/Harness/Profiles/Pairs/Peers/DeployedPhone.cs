using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>
/// A phone that is older than this specification. It complains of every payload that does not open (instead of KEX-29), and sends its
/// key only after <c>auth.ok</c> with <c>paired</c> true and at <c>status</c> <c>online</c> (no KEX-11, no CHAT-16). What is not known of
/// such phones is as in <see cref="ConformingPhone"/>: above all it waits for a key before it asks.
/// </summary>
public sealed class DeployedPhone(EnvelopeFactory envelopes) : ConformingPhone(envelopes)
{
    protected override bool ComplainsOfEach => true;

    protected override bool RepeatsKey => false;

    protected override bool AsksAgain => false;
}
