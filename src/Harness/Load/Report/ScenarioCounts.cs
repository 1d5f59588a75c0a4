namespace CoralMux.Harness.Load.Report;

/// <summary>What one scenario offered and got, in one stretch of time or in the whole run.</summary>
/// <param name="Achieved">Delivered, or refused as it should be, of what was offered: a reply does not count.</param>
/// <param name="Delivered">All that arrived, including replies.</param>
public sealed record ScenarioCounts(
    long Offered, long Achieved, long Delivered, long BytesReceived, IReadOnlyDictionary<string, long> Errors, IReadOnlyDictionary<string, long> Closes)
{
    public static ScenarioCounts Sum(IEnumerable<ScenarioCounts> parts)
    {
        var all = parts.ToList();
        long Total(Func<ScenarioCounts, long> count) => all.Sum(count);
        return new ScenarioCounts(
            Total(one => one.Offered), Total(one => one.Achieved), Total(one => one.Delivered), Total(one => one.BytesReceived),
            Union(all.Select(one => one.Errors)), Union(all.Select(one => one.Closes)));
    }

    /// <summary>By scenario, of several shards, workers or seconds.</summary>
    public static IReadOnlyDictionary<string, ScenarioCounts> Sum(IEnumerable<IReadOnlyDictionary<string, ScenarioCounts>> parts) =>
        parts.SelectMany(part => part).GroupBy(pair => pair.Key, pair => pair.Value)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, Sum);

    /// <summary>The sum of each code's counts.</summary>
    public static Dictionary<string, long> Union(IEnumerable<IReadOnlyDictionary<string, long>> parts) =>
        parts.SelectMany(part => part).GroupBy(pair => pair.Key, pair => pair.Value)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum());
}
