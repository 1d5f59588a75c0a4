using System.Net;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Sessions;

/// <summary>One client: what it may do now, how it is written to, and how it ends. Reading it is <see cref="ConnectionReader"/>'s.</summary>
internal sealed class Connection
{
    /// <summary>A client that has been sent its close has this long to go.</summary>
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    private readonly RelayCore _core;
    private readonly Wire _wire;
    private readonly Outbox _outbox;
    private readonly long _started;
    private int _ended;
    private int _pending = 1;
    private long _endedAt;
    private long _received;
    private long _pinged;
    private volatile bool _readingPaused;

    public Connection(RelayCore core, Wire wire, IPAddress address)
    {
        _core = core;
        _wire = wire;
        Address = address;
        _outbox = new Outbox(wire, core.Memory, core.Time, OnSendingFinished);
        _started = _received = _pinged = core.Time.GetTimestamp();
    }

    public IPAddress Address { get; }

    public Outbox Outbox => _outbox;

    public Wire Wire => _wire;

    /// <summary>Wakes the read loop when it waits for anything but bytes.</summary>
    public Signal Wake { get; } = new();

    /// <summary>Null until auth has succeeded. Set by the read loop only.</summary>
    public Session? Session { get; private set; }

    public Role Role { get; private set; }

    public bool IsEnding => Volatile.Read(ref _ended) != 0;

    /// <summary>True once: when it authenticates, or ends without.</summary>
    public bool TryStopPending() => Interlocked.Exchange(ref _pending, 0) != 0;

    public void Enter(Session session, Role role) => (Session, Role) = (session, role);

    /// <summary>Before the client hears of it: what it does next must find it counted as authenticated.</summary>
    public void NoteAdmitted() => _core.Connections.Authenticated(this);

    /// <summary>The session turned out not to take it.</summary>
    public void StayOutside() => Session = null;

    public void NoteReceived() => NoteReceived(_core.Time.GetTimestamp());

    public void NoteReceived(long at) => Volatile.Write(ref _received, at);

    /// <summary>While the relay itself does not read, silence says nothing about the client.</summary>
    public void PauseReading(bool paused)
    {
        NoteReceived();
        _readingPaused = paused;
    }

    /// <summary>The relay stood still for a while, and neither read nor pinged: that was no silence of the client's.</summary>
    public void Excuse(long stall, long now)
    {
        var received = Volatile.Read(ref _received);
        Interlocked.CompareExchange(ref _received, Math.Min(received + stall, now), received);
    }

    public void SendAuthOk(DateTimeOffset now, bool paired, long quota, long used) =>
        _outbox.Append(Opcode.Text, RelayEnvelope.AuthOk(now, paired, quota, used));

    public void SendStatus(DateTimeOffset now, bool online) =>
        _outbox.Append(Opcode.Text, RelayEnvelope.Status(now, online));

    public void SendError(in Refusal refusal, ReadOnlySpan<byte> reference)
    {
        _core.Meters.Refused(refusal.Code);
        _outbox.Append(Opcode.Text, RelayEnvelope.ChatError(_core.Time.GetUtcNow(), refusal, reference));
    }

    public void SendAuthFail(in Refusal refusal, ReadOnlySpan<byte> reference)
    {
        _core.Meters.Refused(refusal.Code);
        _outbox.Append(Opcode.Text, RelayEnvelope.AuthFail(_core.Time.GetUtcNow(), refusal, reference));
    }

    /// <summary>Called under the session's lock: what is appended here stands in the order the session decided.</summary>
    public bool Deliver(ReadOnlySpan<byte> message, FrameReader frames)
    {
        var length = message.Length;
        if (frames.TakeAssembled() is not { } buffer)
            return _outbox.Append(Opcode.Text, message);
        if (_outbox.AppendOwned(Opcode.Text, buffer, length))
            return true;
        frames.PutBack(buffer, length);
        return false;
    }

    public void Flush() => _outbox.Flush();

    /// <summary>The read loop will wait for <see cref="LeaseAnswered"/>.</summary>
    public bool AwaitsLease { get; private set; }

    public void WaitForLease() => AwaitsLease = true;

    public void LeaseAnswered()
    {
        if (!AwaitsLease)
            return;
        AwaitsLease = false;
        Wake.Set();
    }

    /// <summary>
    /// Ends the connection with a close frame behind everything already queued. The session knows at once; the
    /// client gets a moment to take what is on its way. Only the first call counts.
    /// </summary>
    public void Close(CloseCode code, string reason, CloseReason why)
    {
        if (!TryEnd(why))
            return;

        _outbox.AppendClose(code, reason);
        _outbox.Flush();
    }

    /// <summary>Ends the connection without a word.</summary>
    public void Abort(CloseReason why)
    {
        TryEnd(why);
        _outbox.Discard();
        _wire.Abort();
    }

    /// <summary>Time-outs, called a few times a second.</summary>
    public void Tick(RelayLimits limits)
    {
        var now = _core.Time.GetTimestamp();
        if (_outbox.BlockedSince != 0)
            _outbox.LookForProgress();
        if (IsEnding)
        {
            // What is queued may take as long as it moves.
            var moved = Math.Max(Volatile.Read(ref _endedAt), _outbox.Progressed);
            if (Since(moved, now) > CloseGrace)
                _wire.Abort();
            return;
        }

        if (Session is null)
        {
            // Without an error: UNAUTHORIZED would keep a client away that was merely slow.
            if (Since(_started, now) > limits.AuthTimeout)
                Close(CloseCode.PolicyViolation, "No auth in time.", CloseReason.AuthTimeout);
            return;
        }

        var blockedSince = _outbox.BlockedSince;
        if (blockedSince != 0 && Since(blockedSince, now) > limits.StallTimeout)
        {
            Close(CloseCode.TryAgainLater, "Reading too slowly.", CloseReason.Stalled);
            return;
        }

        // Silent well past a ping: before it is dropped, whether it still takes what it was sent.
        var alive = Math.Max(Volatile.Read(ref _received), _outbox.Progressed);
        if (Since(alive, now) > (limits.PingInterval + limits.IdleTimeout) / 2)
            _outbox.LookForProgress();
        alive = Math.Max(alive, _outbox.Progressed);
        if (!_readingPaused && Since(alive, now) > limits.IdleTimeout)
        {
            // It has spoken, and the relay has not come to hear it yet.
            if (_wire.Unread > 0)
                return;

            Close(CloseCode.GoingAway, "Silent for too long.", CloseReason.Idle);
            return;
        }

        if (Since(_pinged, now) >= limits.PingInterval)
        {
            _pinged = now;
            _outbox.Append(Opcode.Ping, default);
            _outbox.Flush();
        }
    }

    /// <summary>The read loop has ended: nothing more can come, and nothing will be read.</summary>
    public void Finish(CloseReason why)
    {
        TryEnd(why);
        _outbox.Discard();
        _wire.Abort();
        _core.Connections.Remove(this);
    }

    private bool TryEnd(CloseReason why)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return false;

        Volatile.Write(ref _endedAt, _core.Time.GetTimestamp());
        Session?.Leave(this, Role);
        _core.Connections.Ended(this, why);
        Log.ConnectionEnded(_core.Logger, Session?.Id.ToString() ?? "-", Session is null ? "-" : Role.Name(), why);
        Wake.Set();
        return true;
    }

    private void OnSendingFinished(Exception? failure)
    {
        if (failure is null)
            _wire.ShutdownSend();
        else
            Abort(CloseReason.ConnectionLost);
    }

    private TimeSpan Since(long then, long now) => _core.Time.GetElapsedTime(then, now);
}
