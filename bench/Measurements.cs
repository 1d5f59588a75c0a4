using System.Diagnostics;
using System.Net.Sockets;

namespace CoralMux.Bench;

internal static class Measurements
{
    private const int SmallSize = 256;
    private const int LargeSize = 5 * 1024 * 1024;
    private const int PipelineBatch = 32;

    /// <summary>Each pair has one message on its way: there, and back. Deliveries a second.</summary>
    public static Task<double> ClosedLoopAsync(Pairs pairs, TimeSpan length)
    {
        byte[] request = Frames.Message("chat.send", SmallSize), reply = Frames.Message("chat.done", SmallSize);
        return RunAsync(pairs, length, (pair, counts, index) =>
        [
            BounceAsync(pair.Agent, reply, first: false, counts, 2 * index),
            BounceAsync(pair.Phone, request, first: true, counts, 2 * index + 1),
        ]);
    }

    /// <summary>Phones send as fast as they are let. Deliveries a second.</summary>
    public static Task<double> PipelinedAsync(Pairs pairs, TimeSpan length)
    {
        byte[] batch = [.. Enumerable.Range(0, PipelineBatch).SelectMany(_ => Frames.Message("chat.send", SmallSize))];
        return RunAsync(pairs, length, (pair, counts, index) => [FloodAsync(pair.Phone, batch), CountAsync(pair.Agent, 64 * 1024, counts, 2 * index)]);
    }

    /// <summary>Phones send 5 MB messages as fast as they are let. Bytes a second.</summary>
    public static async Task<double> LargeAsync(Pairs pairs, TimeSpan length)
    {
        var message = Frames.Message("chat.send", LargeSize);
        return LargeSize * await RunAsync(pairs, length, (pair, counts, index) =>
            [FloodAsync(pair.Phone, message), CountAsync(pair.Agent, 256 * 1024, counts, 2 * index)]);
    }

    /// <summary>One-way latencies in microseconds at a fixed rate over all pairs, sorted.</summary>
    public static async Task<double[]> LatencyAsync(Pairs pairs, int perSecond, TimeSpan length)
    {
        var message = Frames.Message("chat.send", SmallSize);
        var count = (int)(perSecond * length.TotalSeconds);
        var sent = new long[pairs.All.Count];
        var latencies = new List<double>(count);
        var receivers = new List<Task>();
        for (var i = 0; i < pairs.All.Count; i++)
            receivers.Add(StampAsync(pairs.All[i].Agent, sent, i, latencies));

        var clock = Stopwatch.StartNew();
        using var pause = new ManualResetEventSlim();
        await Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < count; i++)
                {
                    var due = i * 1000.0 / perSecond;
                    while (clock.Elapsed.TotalMilliseconds < due)
                        pause.Wait(1);
                    var pair = i % pairs.All.Count;
                    Volatile.Write(ref sent[pair], Stopwatch.GetTimestamp());
                    pairs.All[pair].Phone.Socket.Send(message);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await Task.Delay(200);
        pairs.Dispose();
        await Task.WhenAll(receivers);
        return [.. latencies.Order()];
    }

    private static async Task<double> RunAsync(Pairs pairs, TimeSpan length, Func<(Peer Phone, Peer Agent), long[], int, Task[]> start)
    {
        // A cache line for each counter.
        var counts = new long[pairs.All.Count * 2 * 8];
        List<Task> tasks = [.. pairs.All.SelectMany((pair, index) => start(pair, counts, index))];
        await Task.Delay(length / 5);
        var before = Sum(counts);
        var clock = Stopwatch.StartNew();
        await Task.Delay(length);
        var rate = (Sum(counts) - before) / clock.Elapsed.TotalSeconds;
        pairs.Dispose();
        await Task.WhenAll(tasks);
        return rate;
    }

    private static long Sum(long[] counts) => counts.Sum(c => Volatile.Read(ref c));

    private static Task BounceAsync(Peer peer, byte[] message, bool first, long[] counts, int slot) => IgnoreEndAsync(async () =>
    {
        if (first)
            await peer.SendAsync(message);
        while (true)
        {
            var frames = await peer.ReceiveFramesAsync(4096);
            if (frames < 0)
                return;
            for (; frames > 0; frames--)
            {
                counts[slot * 8]++;
                await peer.SendAsync(message);
            }
        }
    });

    private static Task FloodAsync(Peer peer, byte[] bytes) => IgnoreEndAsync(async () =>
    {
        while (true)
            await peer.SendAsync(bytes);
    });

    private static Task CountAsync(Peer peer, int buffer, long[] counts, int slot) => IgnoreEndAsync(async () =>
    {
        for (int frames; (frames = await peer.ReceiveFramesAsync(buffer)) >= 0;)
            counts[slot * 8] += frames;
    });

    private static Task StampAsync(Peer peer, long[] sent, int index, List<double> latencies) => IgnoreEndAsync(async () =>
    {
        for (int frames; (frames = await peer.ReceiveFramesAsync(4096)) >= 0;)
        {
            var latency = Stopwatch.GetElapsedTime(Volatile.Read(ref sent[index])).TotalMicroseconds;
            lock (latencies)
            {
                for (; frames > 0; frames--)
                    latencies.Add(latency);
            }
        }
    });

    /// <summary>A measurement ends by closing the sockets under its tasks.</summary>
    private static async Task IgnoreEndAsync(Func<Task> work)
    {
        try
        {
            await Task.Run(work);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }
}
