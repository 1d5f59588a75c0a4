using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec;

/// <summary>How a requirement is accounted for.</summary>
public enum Standing
{
    /// <summary>At least one scenario shows it.</summary>
    Covered,

    /// <summary>No scenario can, for a stated reason.</summary>
    Untestable,

    /// <summary>It has no scenario yet.</summary>
    Pending,

    /// <summary>None of these: <c>spec check</c> fails.</summary>
    Unaccounted,
}

/// <summary>How many requirements of one chapter and level are accounted for, and how.</summary>
public sealed record CoverageCell(string Chapter, RequirementLevel Level, int Covered, int Untestable, int Pending, int Unaccounted)
{
    public int Total => Covered + Untestable + Pending + Unaccounted;
}

public static class SpecCoverage
{
    public static Standing StandingOf(this SpecSources sources, string id) =>
        sources.ScenariosOf(id).Any() ? Standing.Covered
        : sources.Untestable.Any(row => row.Id == id) ? Standing.Untestable
        : sources.Pending.Any(row => row.Id == id) ? Standing.Pending
        : Standing.Unaccounted;

    /// <summary>Why an id has no scenario, or null.</summary>
    public static string? ReasonOf(this SpecSources sources, string id) =>
        sources.Untestable.Concat(sources.Pending).FirstOrDefault(row => row.Id == id)?.Reason;

    /// <summary>One cell for each chapter and level that has requirements, in reading order.</summary>
    public static IReadOnlyList<CoverageCell> Count(SpecSources sources) =>
        [.. sources.Register.All.DistinctBy(requirement => requirement.Id)
            .Select(requirement => (requirement.Chapter, requirement.Level, Standing: sources.StandingOf(requirement.Id)))
            .GroupBy(entry => (entry.Chapter, entry.Level))
            .Select(group => new CoverageCell(
                group.Key.Chapter,
                group.Key.Level,
                group.Count(entry => entry.Standing is Standing.Covered),
                group.Count(entry => entry.Standing is Standing.Untestable),
                group.Count(entry => entry.Standing is Standing.Pending),
                group.Count(entry => entry.Standing is Standing.Unaccounted)))];
}
