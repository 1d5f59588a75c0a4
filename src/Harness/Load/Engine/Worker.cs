using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Something that happens at a set time.</summary>
internal interface ITimed
{
    /// <param name="intended">When it was due, in stopwatch ticks; now is a little later.</param>
    void Due(long intended, int what);
}

/// <summary>A thread that keeps the time line of its share of the users. Everything on it must be short.</summary>
internal sealed partial class Worker : IDisposable
{
    /// <summary>What another thread puts on the line is late by no more than this.</summary>
    private const long LongestNapMicroseconds = 500;

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(ITimed Target, int What), long> _line = new(); // guarded by _lock
    private readonly Thread _thread;
    private volatile bool _stopping;

    public Worker(int number)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"load-{number}" };
        _thread.Start();
    }

    /// <summary>The exception that ended the thread: a fault of this program.</summary>
    public Exception? Fault { get; private set; }

    public void Schedule(ITimed target, int what, long at)
    {
        lock (_lock)
            _line.Enqueue((target, what), at);
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                var wait = RunDue();
                if (wait > 0)
                    Nap(Math.Min(wait, LongestNapMicroseconds));
            }
        }
#pragma warning disable CA1031 // The run reports it as its own fault.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fault = exception;
        }
    }

    // Microseconds until the next thing is due.
    private long RunDue()
    {
        while (true)
        {
            (ITimed Target, int What) next;
            long due;
            lock (_lock)
            {
                if (!_line.TryPeek(out _, out due))
                    return LongestNapMicroseconds;
                var left = due - Stopwatch.GetTimestamp();
                if (left > 0)
                    return Math.Max(1, left / (Stopwatch.Frequency / 1_000_000));
                next = _line.Dequeue();
            }

            next.Target.Due(due, next.What);
        }
    }

    // The timers of .NET have a resolution of a millisecond, which would show in every latency.
    private static void Nap(long microseconds)
    {
        if (OperatingSystem.IsLinux())
        {
            var time = new TimeSpec { Nanoseconds = (nint)(microseconds * 1000) };
            _ = NanoSleep(time, 0);
        }
        else
        {
            Thread.Yield();
        }
    }

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NanoSleep(in TimeSpec time, nint remaining);
}
