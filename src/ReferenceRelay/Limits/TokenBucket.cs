namespace CoralMux.ReferenceRelay.Limits;

/// <summary>A message rate: as many at once as fit in a minute, refilled evenly. Not thread-safe; its session's lock guards it.</summary>
internal struct TokenBucket
{
    private double _taken;
    private long _updated;

    /// <summary>Takes one, or says how long until one is there.</summary>
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

    /// <summary>True when it is as good as new and need not be remembered.</summary>
    public readonly bool IsFull(int perMinute, long now, long ticksPerSecond) =>
        _taken <= (now - _updated) * (perMinute / (60.0 * ticksPerSecond));
}
