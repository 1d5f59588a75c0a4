using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Engine;

/// <summary>The counters of one scenario, over all workers.</summary>
internal sealed record CounterSums
{
    public long Offered { get; init; }

    public long Sent { get; init; }

    public long Delivered { get; init; }

    public long Answered { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

    /// <summary>Open now; never a difference.</summary>
    public long Connections { get; init; }

    public long Connects { get; init; }

    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> Closes { get; init; } = new Dictionary<string, long>();

    public static CounterSums Of(IReadOnlyList<Measurements> workers) => new()
    {
        Offered = workers.Sum(one => one.Offered),
        Sent = workers.Sum(one => one.Sent),
        Delivered = workers.Sum(one => one.Delivered),
        Answered = workers.Sum(one => one.Answered),
        BytesSent = workers.Sum(one => one.BytesSent),
        BytesReceived = workers.Sum(one => one.BytesReceived),
        Connections = workers.Sum(one => one.Connections),
        Connects = workers.Sum(one => one.Connects),
        Errors = ScenarioCounts.Union(workers.Select(one => one.Errors)),
        Closes = ScenarioCounts.Union(workers.Select(one => one.Closes)),
    };

    public CounterSums Since(CounterSums before) => new()
    {
        Offered = Offered - before.Offered,
        Sent = Sent - before.Sent,
        Delivered = Delivered - before.Delivered,
        Answered = Answered - before.Answered,
        BytesSent = BytesSent - before.BytesSent,
        BytesReceived = BytesReceived - before.BytesReceived,
        Connections = Connections,
        Connects = Connects - before.Connects,
        Errors = Since(Errors, before.Errors),
        Closes = Since(Closes, before.Closes),
    };

    /// <param name="replies">Round trips. A reply is delivered, but only its question was offered.</param>
    public ScenarioCounts ToCounts(long replies) =>
        new(Offered, Math.Max(0, Delivered + Answered - replies), Delivered, BytesReceived, Errors, Closes);

    private static Dictionary<string, long> Since(IReadOnlyDictionary<string, long> now, IReadOnlyDictionary<string, long> before) =>
        now.Select(pair => KeyValuePair.Create(pair.Key, pair.Value - before.GetValueOrDefault(pair.Key))).Where(pair => pair.Value > 0).ToDictionary();
}
