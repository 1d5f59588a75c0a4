using System.Net;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>One client: how it is written to, its time-outs, and how it ends. A profile adds who the client is. Reading belongs to
/// <see cref="ConnectionReader"/>.</summary>
internal abstract class Connection
{
    /// <summary>A client that was sent its close frame has this long to go (ERR-18).</summary>
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    private readonly RelayCore _core;
    private readonly long _started;

    // Written by any thread, atomically. Times are time stamps of the clock.
    private int _ended;
    private int _pending = 1;
    private long _endedAt;
    private long _received;

    // Written by the read loop only.
    private volatile bool _readingPaused;

    // Used by the housekeeper only.
    private long _pinged;

    protected Connection(RelayCore core, Wire wire, IPAddress address)
    {
        _core = core;
        Wire = wire;
        Address = address;
        Outbox = new Outbox(wire, core.Memory, core.Time, OnSendingFinished);
        _started = _received = _pinged = core.Time.GetTimestamp();
    }

    public IPAddress Address { get; }

    public Outbox Outbox { get; }

    public Wire Wire { get; }

    /// <summary>Wakes the read loop when it waits for anything but bytes.</summary>
    public Signal Wake { get; } = new();

    public abstract bool IsAuthenticated { get; }

    public bool IsEnding => Volatile.Read(ref _ended) != 0;

    /// <summary>True once: when the connection authenticates, or ends without.</summary>
    public bool TryStopPending() => Interlocked.Exchange(ref _pending, 0) != 0;

    public void NoteReceived() => NoteReceived(_core.Time.GetTimestamp());

    /// <summary>Every byte is a sign of life (KEEP-05, KEEP-12).</summary>
    public void NoteReceived(long at) => Volatile.Write(ref _received, at);

    /// <summary>While the relay itself does not read, silence says nothing about the client (KEEP-07).</summary>
    public void PauseReading(bool paused)
    {
        NoteReceived();
        _readingPaused = paused;
    }

    /// <summary>The relay stood still for a while and neither read nor pinged: the client was not silent (KEEP-07).</summary>
    public void Excuse(long stall, long now)
    {
        var received = Volatile.Read(ref _received);
        Interlocked.CompareExchange(ref _received, Math.Min(received + stall, now), received);
    }

    public void Flush() => Outbox.Flush();

    /// <summary>Ends the connection with a close frame, at once and behind everything already queued (ERR-11, ERR-21). The profile learns it now; the
    /// client gets a moment to take what is on its way. Only the first call counts.</summary>
    public void Close(CloseCode code, string reason, CloseReason why)
    {
        if (!TryEnd(why))
            return;

        Outbox.AppendClose(code, reason);
        Outbox.Flush();
    }

    /// <summary>Ends the connection without a close frame.</summary>
    public void Abort(CloseReason why)
    {
        TryEnd(why);
        Outbox.Discard();
        Wire.Abort();
    }

    /// <summary>Checks the time-outs. Called a few times a second.</summary>
    public void Tick(RelayLimits limits)
    {
        var now = _core.Time.GetTimestamp();
        if (Outbox.BlockedSince != 0)
            Outbox.LookForProgress();
        if (IsEnding)
            TickEnding(now);
        else if (IsAuthenticated)
            TickAuthenticated(limits, now);
        else if (Since(_started, now) > limits.AuthTimeout)
            // Without an error: UNAUTHORIZED would keep a client away that was merely slow (PAIR-34, PAIR-35, PAIR-71, PAIR-76).
            Close(CloseCode.PolicyViolation, "No auth in time.", CloseReason.AuthTimeout);
    }

    /// <summary>The read loop has ended: nothing more can arrive, and nothing will be read.</summary>
    public void Finish(CloseReason why)
    {
        Abort(why);
        _core.Connections.Remove(this);
    }

    /// <summary>The connection counts as ended now: takes it out of its session.</summary>
    protected abstract void OnEnded(CloseReason why);

    /// <summary>What is queued may take long, as long as it moves.</summary>
    private void TickEnding(long now)
    {
        var moved = Math.Max(Volatile.Read(ref _endedAt), Outbox.Progressed);
        if (Since(moved, now) > CloseGrace)
            Wire.Abort();
    }

    private void TickAuthenticated(RelayLimits limits, long now)
    {
        var blockedSince = Outbox.BlockedSince;
        if (blockedSince != 0 && Since(blockedSince, now) > limits.StallTimeout)
        {
            Close(CloseCode.TryAgainLater, "Reading too slowly.", CloseReason.Stalled);
            return;
        }

        if (IsSilent(limits, now) && !_readingPaused)
        {
            // The client has sent something, and the relay has not read it yet.
            if (Wire.Unread == 0)
                Close(CloseCode.GoingAway, "Silent for too long.", CloseReason.Idle);
            return;
        }

        // KEEP-02.
        if (Since(_pinged, now) >= limits.PingInterval)
        {
            _pinged = now;
            Outbox.Append(Opcode.Ping, default);
            Outbox.Flush();
        }
    }

    /// <summary>No byte received for the idle time-out, and none of the sent ones taken (KEEP-03, KEEP-06, KEEP-11).</summary>
    private bool IsSilent(RelayLimits limits, long now)
    {
        var alive = Math.Max(Volatile.Read(ref _received), Outbox.Progressed);
        // Silent well past a ping: check whether the client still takes what it is sent.
        if (Since(alive, now) > (limits.PingInterval + limits.IdleTimeout) / 2)
            Outbox.LookForProgress();
        return Since(Math.Max(alive, Outbox.Progressed), now) > limits.IdleTimeout;
    }

    private bool TryEnd(CloseReason why)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return false;

        Volatile.Write(ref _endedAt, _core.Time.GetTimestamp());
        OnEnded(why);
        _core.Connections.Ended(this, why);
        Wake.Set();
        return true;
    }

    private void OnSendingFinished(Exception? failure)
    {
        if (failure is null)
            Wire.ShutdownSend();
        else
            Abort(CloseReason.ConnectionLost);
    }

    private TimeSpan Since(long then, long now) => _core.Time.GetElapsedTime(then, now);
}
