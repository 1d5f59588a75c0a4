namespace CoralMux.ReferenceRelay.Limits;

/// <summary>The usage of a token, kept in memory and covered by leases: before bytes are counted, the store already holds a usage at least as large
/// (LIM-25). A crash can therefore over-count, by what was left of a lease, and never under-count. Leases grow while they are used up quickly.
/// Guarded by the session's lock.</summary>
internal sealed class QuotaLease(Usage stored)
{
    private const long SmallestLease = 64 * 1024;
    private const long LargestLease = 64L * 1024 * 1024;

    /// <summary>A crash over-counts by at most this part of a day's quota (LIM-35).</summary>
    private const int QuotaPart = 64;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    private Usage _used = stored;
    private Usage _leased = stored;
    private long _size = SmallestLease;
    private long _requestedAt;
    private long _refusedAt;
    private bool _refused;

    /// <summary>Until then both windows are those of the last look; in ticks of UTC.</summary>
    private long _dayEnds;

    /// <summary>A request has been sent to the store and not answered.</summary>
    public bool Requested { get; private set; }

    /// <summary>Time to ask for more, so that it is there before it is needed.</summary>
    public bool IsShort => !Requested && Left < _size / 2;

    /// <summary>The store holds more than has been used.</summary>
    public bool HasUnused => _leased != _used;

    private long Left => Math.Min(_leased.DayBytes - _used.DayBytes, _leased.MonthBytes - _used.MonthBytes);

    public Usage Used(DateTimeOffset now)
    {
        if (now.UtcTicks < _dayEnds && now.UtcTicks >= _dayEnds - 2 * TimeSpan.TicksPerDay)
            return _used;

        _used = _used.At(now);
        _leased = _leased.At(now);
        _dayEnds = now.UtcDateTime.Date.AddDays(1).Ticks;
        return _used;
    }

    /// <summary>False when the lease does not cover it; nothing is counted then.</summary>
    public bool TryCount(long bytes, DateTimeOffset now)
    {
        Used(now);
        if (Left < bytes)
            return false;
        _used = _used.Plus(bytes);
        return true;
    }

    /// <summary>What has just been counted was refused after all.</summary>
    public void TakeBack(long bytes) => _used = _used.Plus(-bytes);

    /// <returns>What the store is to make durable.</returns>
    public Usage Request(long atLeast, long dailyQuota, DateTimeOffset now, long ticks, TimeProvider time)
    {
        var quick = _requestedAt != 0 && time.GetElapsedTime(_requestedAt, ticks) < Quick;
        _size = quick ? Math.Min(_size * 2, LargestLease) : SmallestLease;
        _requestedAt = ticks;
        _refused = false;
        Requested = true;
        var lease = Math.Max(Math.Min(_size, dailyQuota / QuotaPart), atLeast);
        return Used(now).Plus(Math.Max(lease, 1));
    }

    public void Granted(Usage leased)
    {
        Requested = false;
        _refused = false;
        if (leased.Day >= _used.Day && leased.Month >= _used.Month)
            _leased = leased;
    }

    public void Refused(long ticks)
    {
        Requested = false;
        _refused = true;
        _refusedAt = ticks;
    }

    /// <summary>The store refused a moment ago; to ask again before a second has passed only makes it slower.</summary>
    public bool Failed(long ticks, TimeProvider time) => _refused && time.GetElapsedTime(_refusedAt, ticks) < Quick;

    /// <returns>The true usage, which the store may hold from now on (LIM-24).</returns>
    public Usage GiveBack(DateTimeOffset now)
    {
        _leased = Used(now);
        _requestedAt = 0;
        return _used;
    }
}
