using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Sessions;

/// <summary>Looks at every connection a few times a second, so that none needs a timer of its own.</summary>
internal sealed class Housekeeper : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <summary>Later than a busy machine lets it run: the relay as a whole was stopped or starved.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    private const int SweepEvery = 25;
    private const int Crowd = 500;

    private readonly RelayCore _core;
    private readonly ITimer _timer;
    private int _round;
    private int _running;
    private int _crowd;
    private long _last;

    public Housekeeper(RelayCore core)
    {
        _core = core;
        _last = core.Time.GetTimestamp();
        _timer = core.Time.CreateTimer(_ => Run(), null, Period, Period);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>A fault in one connection must not stop the clock of all.</summary>
    private void TickSafely(Connection connection, RelayLimits limits)
    {
        try
        {
            connection.Tick(limits);
        }
        catch (Exception error)
        {
            Log.ConnectionFaulted(_core.Logger, error);
        }
    }

    /// <summary>
    /// A quiet process does not collect by itself, and keeps what a crowd needed long after it has gone. Few are left
    /// when this runs, so there is little to move and hardly anybody to notice.
    /// </summary>
    private void GiveMemoryBack()
    {
        var held = _core.Connections.Held;
        _crowd = Math.Max(_crowd, held);
        if (_crowd < Crowd || held > _crowd / 8)
            return;

        _crowd = held;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private void Run()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
            return;

        var limits = _core.Limits.Current;
        var now = _core.Time.GetTimestamp();
        var since = now - _last;
        _last = now;
        var stalled = _core.Time.GetElapsedTime(0, since) > Stall;
        foreach (var connection in _core.Connections.All)
        {
            if (stalled)
                connection.Excuse(since, now);
            TickSafely(connection, limits);
        }

        if (++_round % SweepEvery == 0)
        {
            _core.Sessions.Sweep();
            GiveMemoryBack();
        }

        Volatile.Write(ref _running, 0);
    }
}
