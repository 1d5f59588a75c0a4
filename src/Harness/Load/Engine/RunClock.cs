using System.Diagnostics;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Relates the stopwatch to the wall clock, once, and to the moment the load began.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly long _originMs = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>When the load began, in stopwatch ticks; sessions may have been set up before.</summary>
    public long Start { get; private set; } = Stopwatch.GetTimestamp();

    public static long Second => Stopwatch.Frequency;

    public void Begin(long at) => Start = at;

    public double Seconds(long ticks) => (ticks - Start) / (double)Second;

    public long At(double seconds) => Start + (long)(seconds * Second);

    /// <summary>The <c>ts</c> of an envelope sent at that tick, in Unix milliseconds: the same on every call.</summary>
    public long WireTime(long ticks) => _originMs + (ticks - _origin) / (Second / 1000);
}
