using System.Net.Sockets;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Sessions;

/// <summary>
/// The read loop of one connection. Read from top to bottom it is the way of a message through the relay:
/// bytes, frames, a whole message, its one look, role, and then the session with rate, quota and the peer's queue.
/// </summary>
internal sealed class ConnectionReader
{
    /// <summary>Enough for any honest auth.</summary>
    private const int MaxUnauthenticatedMessage = 4096;

    /// <summary>Skipping this many times the limit is service enough; beyond it the connection is closed.</summary>
    private const int AbsurdFactor = 4;

    private static readonly TimeSpan MemoryPoll = TimeSpan.FromMilliseconds(50);

    private readonly RelayCore _core;
    private readonly Connection _connection;
    private readonly FrameReader _frames;
    private Connection? _peer;
    private bool _unflushed;

    // Since they were last told to the meters, which all connections share.
    private long _forwarded;
    private long _forwardedBytes;
    private bool _answerLate;

    /// <summary>When what is being handled was received. One look at the clock serves all messages that came together.</summary>
    private Moment _moment;

    public ConnectionReader(RelayCore core, Connection connection)
    {
        _core = core;
        _connection = connection;
        _frames = new FrameReader(core.Memory);
        _frames.MaxMessageSize = MaxUnauthenticatedMessage;
    }

    public async Task RunAsync(byte[] received)
    {
        var end = CloseReason.ConnectionLost;
        try
        {
            _frames.Received(received);
            _moment = Moment.Now(_core.Time);
            if (received.Length > 0)
                await HandleReceivedAsync();
            await ReadAsync();
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
        catch (Exception error)
        {
            // A fault of ours: this connection pays, nobody else.
            Log.ConnectionFaulted(_core.Logger, error);
            end = CloseReason.InternalError;
        }
        finally
        {
            _connection.Finish(end);
            _frames.Release();
        }
    }

    private async Task ReadAsync()
    {
        while (!_connection.IsEnding)
        {
            if (!_frames.ReceivesDirectly)
            {
                _frames.Trim();
                await _connection.Wire.WaitReadableAsync();
            }
            else if (IsShortOfMemory && !await WaitForMemoryAsync())
            {
                _connection.Close(CloseCode.TryAgainLater, "The relay is out of memory for messages.", CloseReason.Overload);
                break;
            }

            var count = await _connection.Wire.ReceiveAsync(_frames.GetReceiveBuffer());
            if (count == 0)
                return;

            _moment = Moment.Now(_core.Time);
            _connection.NoteReceived(_moment.Ticks);
            _frames.Received(count);
            await HandleReceivedAsync();
        }

        await SkipToEndAsync();
    }

    private async ValueTask HandleReceivedAsync()
    {
        if (_connection.Session is not null)
            _frames.MaxMessageSize = _core.Limits.Current.MaxMessageSize;
        while (!_connection.IsEnding)
        {
            var next = _frames.Next();
            if (next == FrameEvent.NeedMore)
                break;
            // Before a message is handed on, not after: the next one may arrive while the last one is on its way.
            if (MustWait())
                await WaitForRoomAsync();
            while (Handle(next) == Progress.Again)
                await WaitAsync(() => _connection.AwaitsLease);
            if (_answerLate)
            {
                await WaitAsLongAsAGuessAsync();
                Refuse("Not authorized.");
            }
        }

        FlushPeer();
        _connection.Flush();
    }

    private enum Progress { Done, Again }

    private Progress Handle(FrameEvent next)
    {
        switch (next)
        {
            case FrameEvent.Message:
                return HandleMessage();

            case FrameEvent.Ping:
                _connection.Outbox.Append(Opcode.Pong, _frames.Current);
                return Progress.Done;

            case FrameEvent.Close:
                _connection.Close(_frames.CloseCode, "", CloseReason.ClientClosed);
                return Progress.Done;

            case FrameEvent.TooLarge:
                _connection.SendError(Refusal.TooLarge(_frames.MaxMessageSize), Envelope.ReadRef(_frames.Current));
                goto case FrameEvent.StillTooLarge;

            case FrameEvent.StillTooLarge:
                if (_connection.Session is null || _frames.DeclaredSize > (long)AbsurdFactor * _frames.MaxMessageSize)
                    _connection.Close(CloseCode.MessageTooBig, "Message too large.", CloseReason.TooLarge);
                return Progress.Done;

            case FrameEvent.Violation:
                _connection.Close(_frames.CloseCode, _frames.Problem, CloseReason.ProtocolError);
                return Progress.Done;

            default:
                return Progress.Done;
        }
    }

    private Progress HandleMessage()
    {
        var message = _frames.Current;
        Envelope envelope = Envelope.Read(message);
        if (envelope.NotUtf8 && _frames.CurrentOpcode == Opcode.Text)
        {
            _connection.Close(CloseCode.InvalidData, "Not UTF-8.", CloseReason.ProtocolError);
            return Progress.Done;
        }

        if (_connection.Session is not { } session)
        {
            Authenticate(envelope);
            return Progress.Done;
        }

        if (envelope.Problem is not null)
        {
            _connection.SendError(Refusal.Invalid(envelope.Problem), envelope.Ref);
            return Progress.Done;
        }

        switch (envelope.Kind)
        {
            case MessageKind.Forwarded:
            case MessageKind.AgentOnly when _connection.Role == Role.Agent:
                return Forward(session, message, envelope.Ref);

            case MessageKind.Ping:
                _connection.Outbox.Append(Opcode.Text, RelayEnvelope.Pong(_core.Time.GetUtcNow()));
                break;

            case MessageKind.Pong:
                break;

            default:
                _connection.SendError(RefusalOf(envelope.Kind), envelope.Ref);
                break;
        }

        return Progress.Done;
    }

    private static Refusal RefusalOf(MessageKind kind) => kind switch
    {
        MessageKind.AgentOnly => Refusal.AgentOnlyType,
        MessageKind.Auth => Refusal.AlreadyAuthenticated,
        MessageKind.Reserved => Refusal.ReservedType,
        _ => Refusal.UnknownType,
    };

    private Progress Forward(Session session, ReadOnlySpan<byte> message, ReadOnlySpan<byte> reference)
    {
        var length = message.Length;
        var result = session.Forward(_connection, _connection.Role, message, _frames, _moment, out var peer, out var retryAfterMs);
        if (result == ForwardResult.Forwarded)
        {
            if (_peer != peer)
                FlushPeer();
            _peer = peer;
            _unflushed = true;
            _forwarded++;
            _forwardedBytes += length;
            return Progress.Done;
        }

        if (result == ForwardResult.NeedsLease)
            return Progress.Again;
        if (result != ForwardResult.NotMember)
            _connection.SendError(RefusalOf(result, retryAfterMs), reference);
        return Progress.Done;
    }

    private static Refusal RefusalOf(ForwardResult result, long retryAfterMs) => result switch
    {
        ForwardResult.RateLimited => Refusal.RateLimited(retryAfterMs),
        ForwardResult.DailyQuota => new Refusal(ErrorCode.DailyQuotaExceeded, "The quota of this token for today is used up.", retryAfterMs),
        ForwardResult.MonthlyQuota => new Refusal(ErrorCode.MonthlyQuotaExceeded, "The quota of this token for this month is used up.", retryAfterMs),
        ForwardResult.StoreUnavailable => new Refusal(ErrorCode.BackendError, "The relay cannot record usage at the moment.", 1000),
        _ => Refusal.PeerOffline,
    };

    private void Authenticate(in Envelope envelope)
    {
        if (envelope.Problem is not null)
        {
            _connection.SendError(Refusal.Invalid(envelope.Problem), envelope.Ref);
            Refuse("The first message was malformed.");
            return;
        }

        if (envelope.Kind != MessageKind.Auth)
        {
            _connection.SendAuthFail(Refusal.AuthExpected, envelope.Ref);
            Refuse("The first message must be auth.");
            return;
        }

        // A wrong role is answered alike whether or not the token exists.
        if (AuthRequest.Read(envelope.Payload) is { TokenWellFormed: true, RoleKnown: true } auth
            && _core.Sessions.Join(auth.Token, _connection, auth.Role) is { } session)
        {
            _frames.MaxMessageSize = _core.Limits.Current.MaxMessageSize;
            Log.Authenticated(_core.Logger, session.Id.ToString(), auth.Role.Name());
            return;
        }

        _connection.StayOutside();
        _answerLate = _core.Guesses.NoteFailure(_connection.Address, _core.Limits.Current.AuthFailuresPerMinute);
        _connection.SendAuthFail(Refusal.Unauthorized, envelope.Ref);
        if (!_answerLate)
            Refuse("Not authorized.");
    }

    /// <summary>Unless the connection ends before that, as it does when the relay stops: then nothing is to wait for this.</summary>
    private async ValueTask WaitAsLongAsAGuessAsync()
    {
        var started = _core.Time.GetTimestamp();
        using var alarm = _core.Time.CreateTimer(static connection => ((Connection)connection!).Wake.Set(), _connection, GuessLimit.Delay, GuessLimit.Delay / 50);
        while (!_connection.IsEnding && _core.Time.GetElapsedTime(started) < GuessLimit.Delay)
            await _connection.Wake.WaitAsync();
    }

    private void Refuse(string reason) => _connection.Close(CloseCode.PolicyViolation, reason, CloseReason.AuthFailed);

    private void FlushPeer()
    {
        if (!_unflushed)
            return;

        _core.Meters.Forwarded(_forwarded, _forwardedBytes);
        _forwarded = _forwardedBytes = 0;
        _unflushed = false;
        _peer!.Flush();
    }

    /// <summary>A reader that is slow, or does not read its own answers, slows its sender here and nobody else.</summary>
    private bool MustWait()
    {
        var room = Room;
        if (_connection.Outbox.Pending <= room && (_peer is null || _peer.Outbox.Pending <= room))
            return false;

        // Most of it may only be waiting for this flush.
        _connection.Flush();
        FlushPeer();
        return _connection.Outbox.Pending > room || _peer?.Outbox.Pending > room;
    }

    private long Room => IsShortOfMemory ? 0 : _core.Limits.Current.QueueBytes;

    private bool IsShortOfMemory => _core.Memory.Held > _core.Limits.Current.MemoryBudget;

    /// <summary>In the middle of a large message, with too many others like it: waits its turn, but not forever, or half messages could block each other.</summary>
    private async ValueTask<bool> WaitForMemoryAsync()
    {
        var started = _core.Time.GetTimestamp();
        while (IsShortOfMemory && !_connection.IsEnding)
        {
            if (_core.Time.GetElapsedTime(started) > _core.Limits.Current.StallTimeout)
                return false;
            _connection.NoteReceived();
            await Task.Delay(MemoryPoll, _core.Time);
        }

        return true;
    }

    private async ValueTask WaitForRoomAsync()
    {
        await WaitAsync(() => _connection.Outbox.NotifyBelow(Room, _connection.Wake, own: true));
        if (_peer is { } peer)
            await WaitAsync(() => peer.Outbox.NotifyBelow(Room, _connection.Wake, own: false));
    }

    private async ValueTask WaitAsync(Func<bool> mustWait)
    {
        if (!mustWait())
            return;

        FlushPeer();
        _connection.Flush();
        _connection.PauseReading(true);
        do
        {
            await _connection.Wake.WaitAsync();
        }
        while (!_connection.IsEnding && mustWait());
        _moment = Moment.Now(_core.Time);
        _connection.PauseReading(false);
    }

    /// <summary>After the close has been sent: whatever still arrives must be taken, or a reset overtakes the close frame.</summary>
    private async Task SkipToEndAsync()
    {
        _frames.Release();
        var scratch = new byte[4096];
        while (await _connection.Wire.ReceiveAsync(scratch) > 0) { }
    }
}
