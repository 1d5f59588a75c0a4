namespace CoralMux.Harness.Wire;

/// <summary>How long one expectation may take, and the run's own cancellation.</summary>
/// <param name="Remaining">Time allowed, counted from where it is used.</param>
/// <param name="CancellationToken">Ends the wait because the run ends; not a verdict.</param>
public readonly record struct Deadline(TimeSpan Remaining, CancellationToken CancellationToken)
{
    /// <summary>A source that fires when the time is up or the run ends.</summary>
    public CancellationTokenSource StartTimer()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        source.CancelAfter(Remaining);
        return source;
    }

    public override string ToString() => $"{Remaining.TotalSeconds:0.###} s";
}
