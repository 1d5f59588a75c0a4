using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Load.Running;

/// <param name="Url">Null for the embedded relay.</param>
/// <param name="RelayProcess">The relay's process id, where it is on this host.</param>
public sealed record LoadRunOptions(LoadProfile Profile, Target Target, string? Url, int? RelayProcess)
{
    public bool Quick { get; init; }

    public LoadShard? Shard { get; init; }

    /// <summary>The first part of the load, which does not count.</summary>
    public TimeSpan WarmUp { get; init; }

    public LoadReport? Baseline { get; init; }

    /// <summary>Nothing of it counts: it warms the program up for the run that does.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>The path of the file that gets the recordings of each second, or null.</summary>
    public string? HistogramLog { get; init; }

    public IReadOnlyList<ILoadObserver> Observers { get; init; } = [];
}
