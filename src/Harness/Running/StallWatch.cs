using System.Collections.Concurrent;

namespace CoralMux.Harness.Running;

/// <summary>
/// Watches how late this program itself gets to run: a timer that should fire at a steady pace, and how far apart it
/// really fires. Measurements taken while it was late prove nothing about the relay.
/// </summary>
public sealed class StallWatch : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>A timer's own coarseness.</summary>
    private static readonly TimeSpan Ordinary = TimeSpan.FromMilliseconds(10);

    private const int Remembered = 1000;

    private readonly ConcurrentQueue<(long At, TimeSpan Late)> _stalls = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _last;

    public StallWatch(TimeProvider time)
    {
        _time = time;
        _last = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Look(), null, Pace, Pace);
    }

    /// <summary>The longest stall of the time just gone by, zero where there was none.</summary>
    public TimeSpan WorstWithin(TimeSpan past)
    {
        Look();
        return _stalls.Where(stall => _time.GetElapsedTime(stall.At) <= past + stall.Late).Select(stall => stall.Late).DefaultIfEmpty().Max();
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = _time.GetTimestamp();
        var late = _time.GetElapsedTime(Interlocked.Exchange(ref _last, now), now) - Pace;
        if (late <= Ordinary)
            return;
        _stalls.Enqueue((now, late));
        while (_stalls.Count > Remembered)
            _stalls.TryDequeue(out _);
    }
}
