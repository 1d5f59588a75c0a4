using System.Net;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>A connection of this profile: its place in a session, and the envelopes that the relay itself sends on it.</summary>
internal sealed class PairConnection(PairCore pairs, Wire wire, IPAddress address) : Connection(pairs.Relay, wire, address)
{
    /// <summary>Null until auth has succeeded. Set by the read loop only.</summary>
    public Session? Session { get; private set; }

    public Role Role { get; private set; }

    /// <summary>The read loop waits for <see cref="LeaseAnswered"/>. Guarded by the lock of the session.</summary>
    public bool AwaitsLease { get; private set; }

    public override bool IsAuthenticated => Session is not null;

    public void Enter(Session session, Role role) => (Session, Role) = (session, role);

    /// <summary>Before the client is informed: what it does next must find it counted as authenticated.</summary>
    public void NoteAdmitted() => pairs.Relay.Connections.Authenticated(this);

    /// <summary>The session did not accept the connection.</summary>
    public void StayOutside() => Session = null;

    public void SendAuthOk(DateTimeOffset now, bool paired, long quota, long used) =>
        Outbox.Append(Opcode.Text, RelayEnvelope.AuthOk(now, paired, quota, used));

    public void SendStatus(DateTimeOffset now, bool online) =>
        Outbox.Append(Opcode.Text, RelayEnvelope.Status(now, online));

    public void SendPong(DateTimeOffset now) => Outbox.Append(Opcode.Text, RelayEnvelope.Pong(now));

    /// <summary>To the connection that caused it and to no other (PAIR-57, ERR-03).</summary>
    /// <param name="reference">The id of the message that caused it, as in <see cref="Envelope.Ref"/>.</param>
    public void SendError(in Refusal refusal, ReadOnlySpan<byte> reference)
    {
        pairs.Refusals.Increment(refusal.Code);
        Outbox.Append(Opcode.Text, RelayEnvelope.ChatError(pairs.Relay.Time.GetUtcNow(), refusal, reference));
    }

    /// <param name="reference">The id of the message that caused it, as in <see cref="Envelope.Ref"/>.</param>
    public void SendAuthFail(in Refusal refusal, ReadOnlySpan<byte> reference)
    {
        pairs.Refusals.Increment(refusal.Code);
        Outbox.Append(Opcode.Text, RelayEnvelope.AuthFail(pairs.Relay.Time.GetUtcNow(), refusal, reference));
    }

    public void AwaitLease() => AwaitsLease = true;

    public void LeaseAnswered()
    {
        if (!AwaitsLease)
            return;
        AwaitsLease = false;
        Wake.Set();
    }

    protected override void OnEnded(CloseReason why)
    {
        Session?.Leave(this, Role);
        PairLog.ConnectionEnded(pairs.Relay.Logger, Session?.Id.ToString() ?? "-", Session is null ? "-" : Role.Name(), why);
    }
}
