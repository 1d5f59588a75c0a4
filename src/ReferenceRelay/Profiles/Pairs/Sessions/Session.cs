using CoralMux.ReferenceRelay.Basics;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>Everything about one token while it is in use: its two connections, presence, rates and usage, under one lock. Races between connecting,
/// replacing and leaving are decided here and nowhere else.</summary>
internal sealed class Session(TokenId id, Usage used, TokenStore store, LiveLimits limits, TimeProvider time) : ILeaseHolder
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly QuotaLease _quota = new(used);
    private PairConnection? _phone;
    private PairConnection? _agent;
    private TokenBucket _phoneRate;
    private TokenBucket _agentRate;
    private SessionState _state;

    public TokenId Id => id;

    /// <summary>Which sides are authenticated and not ended (PAIR-08).</summary>
    public (bool Phone, bool Agent) Presence
    {
        get
        {
            lock (_gate)
                return (_phone is not null, _agent is not null);
        }
    }

    /// <summary>Gives the role to the connection, also when another one has it (PAIR-49, PAIR-74). The connection gets auth.ok before anything else
    /// (PAIR-33). Only the other side gets a status, behind what the old connection said and before what the new one says (PAIR-42, PAIR-45, PAIR-46,
    /// PAIR-78); each is sent here or in <see cref="Leave"/>, once (PAIR-79).</summary>
    public JoinResult Join(PairConnection connection, Role role)
    {
        PairConnection? old, peer;
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
            peer?.SendStatus(now, online: true);
        }

        // Before the newcomer is told: nothing that the old client sends from then on is answered (PAIR-81).
        old?.Close(PairCloseCodes.Replaced, "A newer connection took over.", CloseReason.Replaced);
        connection.Flush();
        peer?.Flush();
        return JoinResult.Joined;
    }

    /// <summary>The peer gets a status behind everything that was forwarded to it (PAIR-43, PAIR-48, KEEP-04). A connection that was replaced changes
    /// nothing: the role is no longer its own (PAIR-53).</summary>
    public void Leave(PairConnection connection, Role role)
    {
        PairConnection? peer;
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

    /// <summary>Decides rate, quota and presence together, in the order of ERR-06, and puts the message into the outbox of the peer when nothing
    /// stands against it (ENV-33, ERR-04, PAIR-47, PAIR-55, PAIR-56, PAIR-61, PAIR-64).</summary>
    public ForwardResult Forward(PairConnection sender, in ReceivedMessage message, Moment moment)
    {
        var now = Limits;
        var (ticks, utc) = moment;
        var length = message.Bytes.Length;
        lock (_gate)
        {
            // Neither counted nor answered (PAIR-80, PAIR-81).
            if (Side(sender.Role) != sender)
                return ForwardResult.NotMember;

            // Counted whatever is decided after that (LIM-06, LIM-07, LIM-33); not counted before (LIM-09).
            ref var rate = ref Rate(sender.Role);
            var before = rate;
            if (!rate.TryTake(now.MessagesPerMinute(sender.Role), ticks, time.TimestampFrequency, out var retryAfterMs))
                return Refusal.RateLimited(retryAfterMs);

            // Refused once a quota is reached, not before (LIM-21); when both are, by the daily one (LIM-20).
            var used = _quota.Used(utc);
            if (used.DayBytes >= now.DailyQuota)
                return Refusal.DailyQuotaExceeded(used.MillisecondsToNextDay(utc));
            if (used.MonthBytes >= now.MonthlyQuota)
                return Refusal.MonthlyQuotaExceeded(used.MillisecondsToNextMonth(utc));
            if (Side(sender.Role.Other()) is not { } peer)
                return Refusal.PeerOffline;

            // Both directions together (LIM-15), once (LIM-14), the bytes of the message (LIM-13). It stays counted when the peer ends (LIM-36).
            if (!_quota.TryCount(length, utc))
            {
                if (_quota.Failed(ticks, time))
                    return Refusal.StoreUnavailable;

                // The message is not decided yet: it comes back once the lease is there, and is counted then.
                rate = before;
                sender.AwaitLease();
                RequestLease(length, utc, ticks);
                return ForwardResult.AwaitsLease;
            }

            if (!peer.Outbox.Append(message))
            {
                // What is refused costs no quota (LIM-16).
                _quota.TakeBack(length);
                return Refusal.PeerOffline;
            }

            if (_quota.IsShort)
                RequestLease(0, utc, ticks);
            return new ForwardResult(ForwardOutcome.Forwarded, peer);
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

    /// <summary>The token was deleted: both connections are closed (PAIR-11, PAIR-75), and no other is accepted.</summary>
    public void Delete()
    {
        PairConnection? phone, agent;
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

    /// <summary>Ends the session if it has nothing left to remember: no connection, both rates refilled, no lease outstanding. After that it accepts
    /// no connection; the next connection starts a new one.</summary>
    public bool TryRetire(bool evenIfRatesAreUsed = false)
    {
        lock (_gate)
        {
            if (_state != SessionState.Live)
                return true;

            var now = Limits;
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

    private PairLimits Limits => (PairLimits)limits.Current;

    /// <summary>Rates belong to token and role, not to a connection (LIM-05, LIM-11).</summary>
    private ref TokenBucket Rate(Role role) => ref role == Role.Phone ? ref _phoneRate : ref _agentRate;

    private ref PairConnection? Side(Role role) => ref role == Role.Phone ? ref _phone : ref _agent;

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
