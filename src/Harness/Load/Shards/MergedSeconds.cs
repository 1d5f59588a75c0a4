using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Load.Shards;

/// <summary>Reads the logs of several shards side by side: each second once, with the recordings of all of them.</summary>
internal static class MergedSeconds
{
    /// <summary>Everything before the load began.</summary>
    private const int Before = -1;

    /// <param name="Second">Whole seconds since the load began, or less than 0.</param>
    public sealed record One(int Second, double AtS, double WidthS, Dictionary<MetricKey, Histogram> Histograms);

    /// <exception cref="CommandException">A log is missing or cannot be read; exit 2.</exception>
    public static IEnumerable<One> Read(IEnumerable<string> logs)
    {
        var shards = logs.Select(log => Of(log).GetEnumerator()).ToList();
        try
        {
            shards.RemoveAll(shard => !MoveNext(shard));
            while (shards.Count > 0)
            {
                var next = shards.Min(shard => shard.Current.Second);
                One? merged = null;
                for (var i = shards.Count - 1; i >= 0; i--)
                {
                    while (shards[i].Current is var current && current.Second == next)
                    {
                        if (merged is null)
                            merged = current;
                        else
                            Add(merged.Histograms, current.Histograms);
                        merged = merged with { AtS = Math.Min(merged.AtS, current.AtS), WidthS = Math.Max(merged.WidthS, current.WidthS) };
                        if (MoveNext(shards[i]))
                            continue;
                        shards[i].Dispose();
                        shards.RemoveAt(i);
                        break;
                    }
                }

                yield return merged!;
            }
        }
        finally
        {
            shards.ForEach(shard => shard.Dispose());
        }
    }

    public static void Add(Dictionary<MetricKey, Histogram> sums, IEnumerable<KeyValuePair<MetricKey, Histogram>> histograms)
    {
        foreach (var (key, histogram) in histograms)
            (sums.TryGetValue(key, out var sum) ? sum : sums[key] = new Histogram()).Add(histogram);
    }

    private static bool MoveNext(IEnumerator<One> log)
    {
        try
        {
            return log.MoveNext();
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"A shard's latency.hlog cannot be read: {exception.Message}");
        }
    }

    // Its lines are in the order of time, one for each metric.
    private static IEnumerable<One> Of(string log)
    {
        One? now = null;
        foreach (var (atS, width, key, histogram) in HistogramLog.Read(log))
        {
            var second = atS < 0 ? Before : (int)Math.Round(atS);
            if (now is not null && now.Second != second)
            {
                yield return now;
                now = null;
            }

            now ??= new One(second, atS, width, []);
            Add(now.Histograms, [KeyValuePair.Create(key, histogram)]);
        }

        if (now is not null)
            yield return now;
    }
}
