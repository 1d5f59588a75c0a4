using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Engine;

/// <summary>The counters of one scenario, over all workers.</summary>
internal sealed record CounterSums(IReadOnlyList<long> Counts, IReadOnlyDictionary<string, long> Errors, IReadOnlyDictionary<string, long> Closes)
{
    private static readonly Counter[] All = Enum.GetValues<Counter>();

    public static CounterSums None { get; } = Of([]);

    public long this[Counter counter] => Counts[(int)counter];

    public static CounterSums Of(IReadOnlyList<Measurements> workers) => new(
        [.. All.Select(counter => workers.Sum(worker => worker[counter]))],
        ScenarioCounts.Union(workers.Select(worker => worker.Errors)),
        ScenarioCounts.Union(workers.Select(worker => worker.Closes)));

    /// <summary>The difference; of connections, those that are open now.</summary>
    public CounterSums Since(CounterSums before) => new(
        [.. All.Select(counter => this[counter] - (counter == Counter.Connections ? 0 : before[counter]))],
        Since(Errors, before.Errors),
        Since(Closes, before.Closes));

    /// <param name="replies">Round trips. A reply is delivered, but only its question was offered.</param>
    public ScenarioCounts ToCounts(long replies)
    {
        var delivered = this[Counter.Delivered];
        var achieved = Math.Max(0, delivered + this[Counter.Answered] - replies);
        return new ScenarioCounts(this[Counter.Offered], achieved, delivered, this[Counter.BytesReceived], Errors, Closes);
    }

    private static Dictionary<string, long> Since(IReadOnlyDictionary<string, long> now, IReadOnlyDictionary<string, long> before) =>
        now.Select(pair => KeyValuePair.Create(pair.Key, pair.Value - before.GetValueOrDefault(pair.Key))).Where(pair => pair.Value > 0).ToDictionary();
}
