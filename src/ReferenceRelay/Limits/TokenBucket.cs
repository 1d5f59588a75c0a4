namespace CoralMux.ReferenceRelay.Limits;

/// <summary>A message rate: as many messages at once as in a minute (LIM-01), refilled evenly (LIM-04). Not thread-safe.</summary>
internal struct TokenBucket
{
    private double _taken;
    private long _updated;

    /// <summary>Takes one permit, or says in how many milliseconds there is one (LIM-03, LIM-37). Taking in vain costs nothing (LIM-10).</summary>
    public bool TryTake(int perMinute, long now, long ticksPerSecond, out long retryAfterMs)
    {
        var perTick = perMinute / (60.0 * ticksPerSecond);
        _taken = Math.Max(0, _taken - (now - _updated) * perTick);
        _updated = now;

        // A millionth of slack, so that a wait of exactly retryAfterMs is never refused for rounding.
        if (_taken + 1 <= perMinute + 1e-6)
        {
            _taken++;
            retryAfterMs = 0;
            return true;
        }

        var missing = _taken + 1 - perMinute;
        retryAfterMs = (long)Math.Ceiling(missing / perTick * 1000 / ticksPerSecond);
        return false;
    }

    /// <summary>True when the bucket is like a new one and need not be remembered.</summary>
    public readonly bool IsFull(int perMinute, long now, long ticksPerSecond) =>
        _taken <= (now - _updated) * (perMinute / (60.0 * ticksPerSecond));
}
