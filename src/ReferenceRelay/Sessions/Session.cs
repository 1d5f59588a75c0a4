using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Storage;

namespace CoralMux.ReferenceRelay.Sessions;

/// <summary>
/// Everything about one token while it is in use: its two connections, presence, rates and usage, under one lock.
/// Races between connecting, replacing and leaving are decided here and nowhere else.
/// </summary>
internal sealed class Session(TokenId id, Usage used, TokenStore store, LiveLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly QuotaLease _quota = new(used);
    private Connection? _phone;
    private Connection? _agent;
    private TokenBucket _phoneRate;
    private TokenBucket _agentRate;
    private SessionState _state;

    public TokenId Id => id;

    /// <summary>Live connections: 0, 1 or 2.</summary>
    public int Connections
    {
        get
        {
            lock (_gate)
                return (_phone is null ? 0 : 1) + (_agent is null ? 0 : 1);
        }
    }

    public (bool Phone, bool Agent) Presence
    {
        get
        {
            lock (_gate)
                return (_phone is not null, _agent is not null);
        }
    }

    public JoinResult Join(Connection connection, Role role)
    {
        Connection? old, peer;
        lock (_gate)
        {
            if (_state != SessionState.Live)
                return _state == SessionState.Retired ? JoinResult.TryAgain : JoinResult.Deleted;

            ref var side = ref Side(role);
            old = side;
            side = connection;
            peer = Side(role.Other());
            var now = time.GetUtcNow();
            connection.NoteAdmitted();
            connection.SendAuthOk(now, peer is not null, limits.Current.DailyQuota, _quota.Used(now).DayBytes);
            if (old is null)
                peer?.SendStatus(now, online: true);
        }

        connection.Flush();
        peer?.Flush();
        old?.Close(CloseCode.Replaced, "A newer connection took over.", CloseReason.Replaced);
        return JoinResult.Joined;
    }

    /// <summary>Does nothing for a connection that has been replaced: its place is no longer its own.</summary>
    public void Leave(Connection connection, Role role)
    {
        Connection? peer;
        lock (_gate)
        {
            ref var side = ref Side(role);
            if (side != connection)
                return;

            side = null;
            peer = Side(role.Other());
            var now = time.GetUtcNow();
            peer?.SendStatus(now, online: false);
            if (peer is null)
                GiveBackLease(now);
        }

        peer?.Flush();
    }

    /// <summary>
    /// Rate, quota and presence, decided together, and the message in the peer's queue when all agree. On success
    /// <paramref name="peer"/> has it and wants a flush.
    /// </summary>
    /// <param name="frames">Where the message lies; a large one is taken over from there instead of being copied.</param>
    public ForwardResult Forward(
        Connection sender, Role role, ReadOnlySpan<byte> message, FrameReader frames, Moment moment, out Connection? peer, out long retryAfterMs)
    {
        peer = null;
        var now = limits.Current;
        var (ticks, utc) = moment;
        lock (_gate)
        {
            if (Side(role) != sender)
            {
                retryAfterMs = 0;
                return ForwardResult.NotMember;
            }

            ref var bucket = ref role == Role.Phone ? ref _phoneRate : ref _agentRate;
            var before = bucket;
            if (!bucket.TryTake(now.MessagesPerMinute(role), ticks, time.TimestampFrequency, out retryAfterMs))
                return ForwardResult.RateLimited;

            var used = _quota.Used(utc);
            if (used.DayBytes >= now.DailyQuota)
            {
                retryAfterMs = used.MillisecondsToNextDay(utc);
                return ForwardResult.DailyQuota;
            }

            if (used.MonthBytes >= now.MonthlyQuota)
            {
                retryAfterMs = used.MillisecondsToNextMonth(utc);
                return ForwardResult.MonthlyQuota;
            }

            var other = Side(role.Other());
            if (other is null)
                return ForwardResult.PeerOffline;

            if (!_quota.TryCount(message.Length, utc))
            {
                if (_quota.Failed(ticks, time))
                    return ForwardResult.StoreUnavailable;

                // The message has not been dealt with yet: it comes back once the lease is there, and pays then.
                bucket = before;
                sender.WaitForLease();
                RequestLease(message.Length, utc, ticks);
                return ForwardResult.NeedsLease;
            }

            if (!other.Deliver(message, frames))
            {
                _quota.TakeBack(message.Length);
                return ForwardResult.PeerOffline;
            }

            if (_quota.IsShort)
                RequestLease(0, utc, ticks);
            peer = other;
            return ForwardResult.Forwarded;
        }
    }

    public void LeaseGranted(Usage leased)
    {
        lock (_gate)
        {
            _quota.Granted(leased);
            _phone?.LeaseAnswered();
            _agent?.LeaseAnswered();
            if (_phone is null && _agent is null)
                GiveBackLease(time.GetUtcNow());
        }
    }

    public void LeaseRefused()
    {
        lock (_gate)
        {
            _quota.Refused(time.GetTimestamp());
            _phone?.LeaseAnswered();
            _agent?.LeaseAnswered();
        }
    }

    /// <summary>The token is gone: both sides are shown out, and nobody comes in again.</summary>
    public void Delete()
    {
        Connection? phone, agent;
        lock (_gate)
        {
            _state = SessionState.Deleted;
            (phone, agent) = (_phone, _agent);
            _phone = _agent = null;
        }

        foreach (var connection in new[] { phone, agent })
        {
            connection?.SendError(Refusal.TokenDeleted, default);
            connection?.Close(CloseCode.PolicyViolation, "The token was deleted.", CloseReason.TokenDeleted);
        }
    }

    /// <summary>
    /// Ends the session if it has nothing left to remember: nobody there, both rates refilled, no lease outstanding.
    /// After that it accepts nobody; the next connection starts a new one.
    /// </summary>
    public bool TryRetire(bool evenIfRatesAreUsed = false)
    {
        lock (_gate)
        {
            if (_state != SessionState.Live)
                return true;

            var now = limits.Current;
            var ticks = time.GetTimestamp();
            if (_phone is not null || _agent is not null || _quota.Requested)
                return false;
            if (!evenIfRatesAreUsed
                && !(_phoneRate.IsFull(now.PhoneMessagesPerMinute, ticks, time.TimestampFrequency)
                    && _agentRate.IsFull(now.AgentMessagesPerMinute, ticks, time.TimestampFrequency)))
                return false;

            GiveBackLease(time.GetUtcNow());
            _state = SessionState.Retired;
            return true;
        }
    }

    private ref Connection? Side(Role role) => ref role == Role.Phone ? ref _phone : ref _agent;

    private void RequestLease(long atLeast, DateTimeOffset now, long ticks)
    {
        if (_quota.Requested)
            return;
        store.RequestLease(this, _quota.Request(atLeast, limits.Current.DailyQuota, now, ticks, time));
    }

    private void GiveBackLease(DateTimeOffset now)
    {
        if (_quota.Requested || _state != SessionState.Live)
            return;
        var leaseLeft = _quota.HasUnused;
        store.Settle(id, _quota.GiveBack(now), leaseLeft);
    }
}
