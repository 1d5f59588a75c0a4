using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>Checks every connection a few times a second, so that none needs a timer of its own.</summary>
internal sealed class Housekeeper : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <summary>A check that is later than this is not only late: the whole relay was stopped, or got no processor time.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    private const int SweepEvery = 25;
    private const int Crowd = 500;

    private readonly RelayCore _core;
    private readonly Action _sweep;
    private readonly ITimer _timer;
    private int _running;

    // Used by the one run only.
    private int _round;
    private int _crowd;
    private long _last;

    /// <param name="sweep">Forgets sessions that have nothing to remember.</param>
    public Housekeeper(RelayCore core, Action sweep)
    {
        _core = core;
        _sweep = sweep;
        _last = core.Time.GetTimestamp();
        _timer = core.Time.CreateTimer(_ => Run(), null, Period, Period);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>A fault in one connection must not stop the time-outs of all.</summary>
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

    /// <summary>A quiet process does not collect garbage by itself, and keeps the memory of many connections long after they are gone. Few are left
    /// when this runs, so it takes little time and disturbs few.</summary>
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
            _sweep();
            GiveMemoryBack();
        }

        Volatile.Write(ref _running, 0);
    }
}
