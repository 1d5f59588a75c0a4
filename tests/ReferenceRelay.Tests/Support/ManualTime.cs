namespace CoralMux.ReferenceRelay.Tests.Support;

/// <summary>Time that passes when a test says so. Timers that fall due run before <see cref="Advance"/> returns.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;
    private long _ticks = 1;

    public ManualTime()
        : this(new DateTimeOffset(2026, 5, 17, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _ticks;
    }

    public void Advance(TimeSpan by)
    {
        var until = GetTimestamp() + by.Ticks;
        while (true)
        {
            ManualTimer? due;
            lock (_gate)
            {
                due = _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
                var to = Math.Max(due?.Due ?? until, _ticks);
                _now += TimeSpan.FromTicks(to - _ticks);
                _ticks = to;
                due?.Reschedule();
            }

            if (due is null)
                return;
            due.Run();
        }
    }

    /// <summary>Time that passes while nothing runs, as when the process is stopped: what falls due meanwhile is late.</summary>
    public void StandStill(TimeSpan stall)
    {
        lock (_gate)
        {
            _now += stall;
            _ticks += stall.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; }

        public void Run() => callback(state);

        public void Reschedule()
        {
            if (_period > TimeSpan.Zero)
                Due += _period.Ticks;
            else
                time._timers.Remove(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = time._ticks + dueTime.Ticks;
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
