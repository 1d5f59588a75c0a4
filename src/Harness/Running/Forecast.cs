namespace CoralMux.Harness.Running;

/// <summary>When each scenario of a run should have ended, in their order, from the run's start.</summary>
public sealed record Forecast(IReadOnlyList<TimeSpan> Ends)
{
    public TimeSpan Total => Ends.Count == 0 ? TimeSpan.Zero : Ends[^1];

    /// <summary>When so many scenarios should have ended.</summary>
    public TimeSpan After(int scenarios) => scenarios == 0 ? TimeSpan.Zero : Ends[Math.Min(scenarios, Ends.Count) - 1];
}
