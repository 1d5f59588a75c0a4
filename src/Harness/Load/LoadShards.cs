using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load;

/// <summary>Which part of a run this process has.</summary>
internal static class LoadShards
{
    /// <summary>By whom the index is given, and what the first one is called there.</summary>
    private static readonly IReadOnlyList<(string Variable, int First)> Sources = [("JOB_COMPLETION_INDEX", 0), ("SLURM_ARRAY_TASK_ID", 0), ("PARALLEL_SEQ", 1)];

    /// <param name="text"><c>2/4</c>, <c>auto/4</c>, or null for a run that is not parted.</param>
    /// <exception cref="CommandException">Neither; exit 2.</exception>
    public static LoadShard? Parse(string? text, string? startAt, Func<string, string?> environment)
    {
        DateTimeOffset? start = null;
        if (startAt is not null)
        {
            start = DateTimeOffset.TryParse(startAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
                ? at
                : throw new CommandException(ExitCode.Usage, $"'{startAt}' is no time; write such as 2026-11-21T04:00:00Z.");
        }

        if (text is null)
            return start is null ? null : new LoadShard(0, 1, start, 0);
        var parts = text.Split('/');
        if (parts.Length != 2 || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var count) || count < 1)
            throw new CommandException(ExitCode.Usage, $"'{text}' is no shard; write such as 0/4, or auto/4.");
        int index;
        if (parts[0] == "auto")
        {
            var (variable, first) = Sources.FirstOrDefault(source => environment(source.Variable) is { Length: > 0 });
            if (variable is null || !int.TryParse(environment(variable), CultureInfo.InvariantCulture, out index))
                throw new CommandException(ExitCode.Usage, $"--shard {text} takes its index from {string.Join(", ", Sources.Select(source => source.Variable))}, and none of them holds a number.");
            index -= first;
        }
        else if (!int.TryParse(parts[0], CultureInfo.InvariantCulture, out index))
        {
            throw new CommandException(ExitCode.Usage, $"'{text}' is no shard; write such as 0/4, or auto/4.");
        }

        return index >= 0 && index < count ? new LoadShard(index, count, start, 0) : throw new CommandException(ExitCode.Usage, $"Shard {index} is none of {count}: they count from 0.");
    }
}
