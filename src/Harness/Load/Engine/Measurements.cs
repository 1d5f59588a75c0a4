using System.Collections.Concurrent;
using System.Diagnostics;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Load.Engine;

/// <summary>The direction of a message of a virtual user; the protocol's profile names it.</summary>
internal enum Direction
{
    None, Up, Down,
}

/// <summary>The things that are counted.</summary>
internal enum Counter
{
    Offered, Sent, Delivered,

    /// <summary>Refusals that were the right answer, where limits are tested.</summary>
    Answered,
    BytesSent, BytesReceived, Connects,

    /// <summary>Connections that are open now.</summary>
    Connections,
}

/// <summary>The measurements of one scenario on one worker. Recording is safe from any thread and allocates nothing once warm.</summary>
internal sealed class Measurements
{
    private const int Measures = 3;
    private const int Directions = 3;

    private readonly Histogram?[] _histograms = new Histogram?[Enum.GetValues<Family>().Length * Directions * Measures];
    private readonly long[] _counts = new long[Enum.GetValues<Counter>().Length];

    public ConcurrentDictionary<string, long> Errors { get; } = new();

    public ConcurrentDictionary<string, long> Closes { get; } = new();

    public long this[Counter counter] => Volatile.Read(ref _counts[(int)counter]);

    public void Count(Counter counter, long number = 1) => Interlocked.Add(ref _counts[(int)counter], number);

    public void AddError(string code) => Errors.AddOrUpdate(code, 1, static (_, count) => count + 1);

    public void AddClose(string code) => Closes.AddOrUpdate(code, 1, static (_, count) => count + 1);

    /// <param name="from">Stopwatch ticks.</param>
    /// <param name="to">Stopwatch ticks.</param>
    public void Record(Family family, Direction direction, Measure measure, long from, long to)
    {
        ref var place = ref _histograms[((int)family * Directions + (int)direction) * Measures + (int)measure];
        var histogram = place ?? Interlocked.CompareExchange(ref place, new Histogram(), null) ?? place;
        histogram!.Record((to - from) / (Stopwatch.Frequency / 1_000_000));
    }

    /// <summary>Records a response time, from the intended start, and a service time, from the real one. Stopwatch ticks.</summary>
    public void RecordBoth(Family family, Direction direction, long intended, long started, long to)
    {
        Record(family, direction, Measure.Response, intended, to);
        Record(family, direction, Measure.Service, started, to);
    }

    /// <summary>Moves the recordings into the histograms of the receiver.</summary>
    public void Drain(Func<Family, Direction, Measure, Histogram> target)
    {
        for (var i = 0; i < _histograms.Length; i++)
            _histograms[i]?.DrainTo(target((Family)(i / (Measures * Directions)), (Direction)(i / Measures % Directions), (Measure)(i % Measures)));
    }
}
