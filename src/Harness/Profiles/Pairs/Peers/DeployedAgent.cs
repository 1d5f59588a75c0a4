using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Peers;

/// <summary>
/// An agent that is older than this specification. It makes a key pair and sends it at each <c>status</c> <c>online</c> and at no
/// other time (no KEX-07, KEX-11), keeps the former key until another comes (no KEX-10), never waits for one (no KEX-26,
/// KEX-27), and complains of every payload that does not open (instead of KEX-29). It opens and seals <c>chat.send</c>,
/// <c>chat.stream</c> and <c>chat.done</c> only. What is not known of such agents is as in <see cref="ConformingAgent"/>.
/// </summary>
public sealed class DeployedAgent(EnvelopeFactory envelopes) : ConformingAgent(envelopes)
{
    public override bool MaySpeak => true;

    protected override bool ComplainsOfEach => true;

    protected override bool RepeatsKey => false;

    protected override KeyPair? FirstKeyPair() => null;

    protected override void Met()
    {
    }

    protected override void Online() => SendNewKey();

    protected override void Offline()
    {
    }
}
