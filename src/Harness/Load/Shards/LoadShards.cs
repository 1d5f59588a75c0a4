using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Shards;

/// <summary>Reads the part of a run that this process has.</summary>
internal static class LoadShards
{
    /// <summary>The variables that give an index, and the first index of each.</summary>
    private static readonly IReadOnlyList<(string Variable, int First)> Sources =
        [("JOB_COMPLETION_INDEX", 0), ("SLURM_ARRAY_TASK_ID", 0), ("PARALLEL_SEQ", 1)];

    /// <param name="text"><c>2/4</c>, <c>auto/4</c>, or null for a run that is not divided.</param>
    /// <exception cref="CommandException">It is neither; exit 2.</exception>
    public static LoadShard? Parse(string? text, string? startAt, Func<string, string?> environment)
    {
        var start = startAt is null ? (DateTimeOffset?)null : Time(startAt);
        if (text is null)
            return start is null ? null : new LoadShard(0, 1, start, 0);
        if (text.Split('/') is not [var part, var total] || !int.TryParse(total, CultureInfo.InvariantCulture, out var count) || count < 1)
            throw NotAShard(text);
        var index = part == "auto" ? IndexOf(text, environment)
            : int.TryParse(part, CultureInfo.InvariantCulture, out var given) ? given
            : throw NotAShard(text);
        return index >= 0 && index < count
            ? new LoadShard(index, count, start, 0)
            : throw new CommandException(ExitCode.Usage, $"Shard {index} is not one of {count}: the first is 0, the last is {count - 1}.");
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new CommandException(ExitCode.Usage, $"'{text}' is not a time; use for example 2026-11-21T04:00:00Z.");

    private static int IndexOf(string text, Func<string, string?> environment)
    {
        var names = string.Join(", ", Sources.Select(source => source.Variable));
        var (variable, first) = Sources.FirstOrDefault(source => environment(source.Variable) is { Length: > 0 });
        return variable is not null && int.TryParse(environment(variable), CultureInfo.InvariantCulture, out var index)
            ? index - first
            : throw new CommandException(ExitCode.Usage, $"--shard {text} takes its index from {names}, but none of them is a number.");
    }

    private static CommandException NotAShard(string text) => new(ExitCode.Usage, $"'{text}' is not a shard; use for example 0/4, or auto/4.");
}
