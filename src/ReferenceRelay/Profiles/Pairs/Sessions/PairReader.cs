using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>What happens to a whole message: its envelope is read once, then authentication and role are checked, and then the session decides with
/// rate, quota and presence. The order is that of ERR-06; size was checked while the message arrived.</summary>
internal sealed class PairReader(PairCore pairs, PairConnection connection)
    : ConnectionReader(pairs.Relay, connection, MaxUnauthenticatedMessage)
{
    /// <summary>In bytes; enough for any auth, and no configured limit makes it smaller (PAIR-36, PAIR-37).</summary>
    private const int MaxUnauthenticatedMessage = 4096;

    private readonly RelayCore _core = pairs.Relay;

    /// <summary>Used by the read loop only.</summary>
    private bool _answersLate;

    protected override Handled HandleMessage(in ReceivedMessage message)
    {
        var envelope = Envelope.Read(message.Bytes);
        if (envelope.NotUtf8 && message.IsText)
        {
            connection.Close(CloseCode.InvalidData, "Not UTF-8.", CloseReason.ProtocolError);
            return Handled.Done;
        }

        if (connection.Session is not { } session)
            return Authenticate(envelope);

        if (envelope.Problem is not null)
        {
            connection.SendError(Refusal.Invalid(envelope.Problem), envelope.Ref);
            return Handled.Done;
        }

        switch (envelope.Kind)
        {
            case MessageKind.Forwarded:
            case MessageKind.AgentOnly when connection.Role == Role.Agent:
                return Forward(session, message, envelope.Ref);

            // Whether the peer is there or not (KEEP-08, KEEP-09), and without rate or quota (LIM-08, LIM-17).
            case MessageKind.Ping:
                connection.SendPong(_core.Time.GetUtcNow());
                break;

            case MessageKind.Pong:
                break;

            default:
                connection.SendError(RefusalOf(envelope.Kind), envelope.Ref);
                break;
        }

        return Handled.Done;
    }

    protected override async ValueTask<bool> WaitToContinueAsync()
    {
        if (_answersLate)
        {
            await WaitForGuessDelayAsync();
            Refuse("Not authorized.");
            return false;
        }

        await WaitWhileAsync(() => connection.AwaitsLease);
        return true;
    }

    protected override void RefuseTooLarge(ReadOnlySpan<byte> beginning, int limit) =>
        connection.SendError(Refusal.TooLarge(limit), Envelope.ReadRef(beginning));

    private Handled Forward(Session session, in ReceivedMessage message, ReadOnlySpan<byte> reference)
    {
        var result = session.Forward(connection, message, Moment);
        switch (result.Outcome)
        {
            case ForwardOutcome.Forwarded:
                NoteForwarded(result.Receiver!, message.Bytes.Length);
                return message.Buffer is null ? Handled.Done : Handled.TakenOver;

            case ForwardOutcome.Refused:
                connection.SendError(result.Refusal, reference);
                return Handled.Done;

            case ForwardOutcome.AwaitsLease:
                return Handled.Wait;

            default:
                return Handled.Done;
        }
    }

    /// <summary>The sender stays connected and paired (ERR-05), also after a second auth (PAIR-39).</summary>
    private static Refusal RefusalOf(MessageKind kind) => kind switch
    {
        MessageKind.AgentOnly => Refusal.AgentOnlyType,
        MessageKind.Auth => Refusal.AlreadyAuthenticated,
        MessageKind.Reserved => Refusal.ReservedType,
        _ => Refusal.UnknownType,
    };

    /// <summary>The only way to authenticate (PAIR-41). Until it has succeeded nothing is forwarded (PAIR-32).</summary>
    private Handled Authenticate(in Envelope envelope)
    {
        if (envelope.Problem is not null)
        {
            connection.SendError(Refusal.Invalid(envelope.Problem), envelope.Ref);
            Refuse("The first message was malformed.");
            return Handled.Done;
        }

        if (envelope.Kind != MessageKind.Auth)
        {
            connection.SendAuthFail(Refusal.AuthExpected, envelope.Ref);
            Refuse("The first message must be auth.");
            return Handled.Done;
        }

        // A wrong role gets the same answer whether or not the token exists (PAIR-28).
        if (AuthRequest.Read(envelope.Payload) is { TokenWellFormed: true, RoleKnown: true } auth
            && pairs.Sessions.Join(auth.Token, connection, auth.Role) is { } session)
        {
            UseConfiguredMessageSize();
            PairLog.Authenticated(_core.Logger, session.Id.ToString(), auth.Role.Name());
            return Handled.Done;
        }

        // Only here is a failure counted (PAIR-69).
        connection.StayOutside();
        _answersLate = pairs.Guesses.NoteFailure(connection.Address, _core.Limits.Current.AuthFailuresPerMinute);
        connection.SendAuthFail(Refusal.Unauthorized, envelope.Ref);
        if (_answersLate)
            return Handled.Wait;
        Refuse("Not authorized.");
        return Handled.Done;
    }

    /// <summary>Not longer than the connection lives: when the relay stops, nothing must wait for this.</summary>
    private async ValueTask WaitForGuessDelayAsync()
    {
        var started = _core.Time.GetTimestamp();
        using var alarm = _core.Time.CreateTimer(
            static state => ((Connection)state!).Wake.Set(), connection, GuessLimit.Delay, GuessLimit.Delay / 50);
        while (!connection.IsEnding && _core.Time.GetElapsedTime(started) < GuessLimit.Delay)
            await connection.Wake.WaitAsync();
    }

    private void Refuse(string reason) => connection.Close(CloseCode.PolicyViolation, reason, CloseReason.AuthFailed);
}
