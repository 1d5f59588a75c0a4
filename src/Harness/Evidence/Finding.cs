using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Evidence;

/// <summary>An expectation and what was found instead.</summary>
/// <param name="Expected">What the specification promises.</param>
public sealed record Finding(Sentence Expected, Sentence Actual)
{
    /// <summary>What was seen instead, or awaited in vain.</summary>
    public IReadOnlyList<IObserved> Observed { get; } = [.. Actual.Observed];

    /// <summary>Numbers of the transcript entries that are wrong; none where something did not come.</summary>
    public IEnumerable<int> Offending => MissedBy is null ? Observed.Select(one => one.Entry).OfType<int>() : [];

    /// <summary>The connection that something did not arrive at, or null.</summary>
    public string? MissedBy => Observed.Select(one => one.MissedBy).FirstOrDefault(who => who is not null);

    /// <summary>The kinds of what was found: equal for two findings that differ in ids, times and counts only.</summary>
    public string Kind => string.Join(", ", Observed.Select(one => one.Kind));
}
