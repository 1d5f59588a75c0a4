namespace CoralMux.Harness.Reports;

/// <summary>How a run was asked for, as far as its verdict and its repetition depend on it.</summary>
/// <param name="Arguments">Of <c>verify</c>, without what is secret and what a repetition chooses anew.</param>
/// <param name="Strict">A SHOULD that is not met fails the run.</param>
/// <param name="Interrupted">It was ended before its time.</param>
public sealed record RunOptions(IReadOnlyList<string> Arguments, bool Strict = false, bool Interrupted = false)
{
    public static RunOptions None { get; } = new([]);
}
