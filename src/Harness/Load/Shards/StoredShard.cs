using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Shards;

/// <summary>One shard's report, and the directory that holds it.</summary>
internal sealed record StoredShard(string Directory, LoadReport Report)
{
    /// <summary>Milliseconds. A shard that began later did not share the load of the others.</summary>
    private const double LatestStartMs = 1000;

    /// <exception cref="CommandException">A shard is missing, there twice, late, or of another run; exit 4.</exception>
    public static void CheckTogether(IReadOnlyList<StoredShard> shards)
    {
        if (shards.FirstOrDefault(shard => shard.Report.Config.Shard is null) is { } whole)
            throw Refuse($"{whole.Directory} is a whole run, not a shard.");
        foreach (var shard in shards)
            shard.CheckLike(shards[0]);
        if (shards.GroupBy(shard => shard.Report.Config.Shard!.Index).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Refuse($"Shard {twice.Key} is there twice: {string.Join(" and ", twice.Select(shard => shard.Directory))}.");
        var count = shards[0].Report.Config.Shard!.Count;
        var missing = Enumerable.Range(0, count).Except(shards.Select(shard => shard.Report.Config.Shard!.Index)).ToList();
        if (missing.Count > 0)
            throw Refuse($"Of {count} shards {string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing.");
    }

    private void CheckLike(StoredShard first)
    {
        var (own, other) = (Report.Config, first.Report.Config);
        if (own.Hash != other.Hash)
            throw Refuse($"{Directory} is of another run than {first.Directory}: the hash of its configuration is {own.Hash[..12]}, not {other.Hash[..12]}.");
        if (own.Shard!.Count != other.Shard!.Count)
            throw Refuse($"{Directory} is one of {own.Shard.Count} shards, {first.Directory} one of {other.Shard.Count}.");
        if (own.Shard.LateMs > LatestStartMs)
            throw Refuse($"{Directory} (shard {own.Shard.Index}) began {own.Shard.LateMs:0} ms late, so it did not share the load. Give a later --start-at.");
    }

    private static CommandException Refuse(string sentence) => new(ExitCode.Incomplete, sentence);
}
