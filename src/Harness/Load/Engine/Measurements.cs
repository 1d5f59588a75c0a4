using System.Collections.Concurrent;
using System.Diagnostics;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Load.Engine;

internal enum Family
{
    Connect, Auth, Pair, OneWay, RoundTrip, FirstToken, TokenGap, LastToken, Error,
}

internal enum Measure
{
    Response, Service, Lag,
}

internal enum Way
{
    None, PhoneToAgent, AgentToPhone,
}

/// <summary>What one worker saw of one scenario since it was last asked. Recording is safe from any thread and allocates nothing once warm.</summary>
internal sealed class Measurements
{
    private const int Measures = 3;
    private const int Ways = 3;

    private readonly Histogram?[] _histograms = new Histogram?[Enum.GetValues<Family>().Length * Ways * Measures];
    private long _offered;
    private long _sent;
    private long _delivered;
    private long _bytesSent;
    private long _bytesReceived;
    private long _connections;
    private long _connects;

    public ConcurrentDictionary<string, long> Errors { get; } = new();

    public ConcurrentDictionary<string, long> Closes { get; } = new();

    public long Offered => Volatile.Read(ref _offered);

    public long Sent => Volatile.Read(ref _sent);

    public long Delivered => Volatile.Read(ref _delivered);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long Connections => Volatile.Read(ref _connections);

    public long Connects => Volatile.Read(ref _connects);

    public void AddOffered() => Interlocked.Increment(ref _offered);

    public void AddSent(int messages) => Interlocked.Add(ref _sent, messages);

    public void AddDelivered() => Interlocked.Increment(ref _delivered);

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
    public void Record(Family family, Way way, Measure measure, long from, long to)
    {
        ref var place = ref _histograms[((int)family * Ways + (int)way) * Measures + (int)measure];
        var histogram = place ?? Interlocked.CompareExchange(ref place, new Histogram(), null) ?? place;
        histogram!.Record((to - from) / (Stopwatch.Frequency / 1_000_000));
    }

    /// <summary>Moves what was recorded into the histograms that the receiver keeps.</summary>
    public void Drain(Func<Family, Way, Measure, Histogram> target)
    {
        for (var i = 0; i < _histograms.Length; i++)
            _histograms[i]?.DrainTo(target((Family)(i / (Measures * Ways)), (Way)(i / Measures % Ways), (Measure)(i % Measures)));
    }
}
