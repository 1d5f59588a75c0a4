using System.Collections.Concurrent;
using System.Diagnostics;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Load.Engine;

/// <summary>The direction of a message of a virtual user; the protocol's profile names it.</summary>
internal enum Direction
{
    None, Up, Down,
}

/// <summary>The measurements of one scenario on one worker since the last drain. Recording is safe from any thread and allocates nothing once warm.</summary>
internal sealed class Measurements
{
    private const int Measures = 3;
    private const int Directions = 3;

    private readonly Histogram?[] _histograms = new Histogram?[Enum.GetValues<Family>().Length * Directions * Measures];
    private long _offered;
    private long _sent;
    private long _delivered;
    private long _answered;
    private long _bytesSent;
    private long _bytesReceived;
    private long _connections;
    private long _connects;

    public ConcurrentDictionary<string, long> Errors { get; } = new();

    public ConcurrentDictionary<string, long> Closes { get; } = new();

    public long Offered => Volatile.Read(ref _offered);

    public long Sent => Volatile.Read(ref _sent);

    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Refusals that were the right answer, where limits are tested.</summary>
    public long Answered => Volatile.Read(ref _answered);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long Connections => Volatile.Read(ref _connections);

    public long Connects => Volatile.Read(ref _connects);

    public void AddOffered() => Interlocked.Increment(ref _offered);

    public void AddSent(int messages) => Interlocked.Add(ref _sent, messages);

    public void AddDelivered() => Interlocked.Increment(ref _delivered);

    public void AddAnswered() => Interlocked.Increment(ref _answered);

    public void AddBytesSent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    public void AddBytesReceived(long bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    public void AddConnection(int change)
    {
        Interlocked.Add(ref _connections, change);
        if (change > 0)
            Interlocked.Increment(ref _connects);
    }

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
