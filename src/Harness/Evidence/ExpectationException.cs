namespace CoralMux.Harness.Evidence;

/// <summary>Something the specification promises was not observed. In a Given step: the scenario is inconclusive; else it fails.</summary>
public sealed class ExpectationException(Sentence expected, Sentence actual, Exception? cause = null) : Exception(null, cause)
{
    public Finding Finding { get; } = new(expected, actual);

    public override string Message => EvidenceText.Of(Finding);
}

/// <summary>The scenario cannot say yes or no, through no fault of the target; it is tried once more.</summary>
public sealed class InconclusiveException(string reason) : Exception(reason);

/// <summary>The target does not do what the scenario is about, and need not.</summary>
public sealed class NotApplicableException(string reason) : Exception(reason);

/// <summary>The scenario cannot be run against this target as it is configured; the reason says what would be needed.</summary>
public sealed class NotRunException(string reason) : Exception(reason);

/// <summary>Other scenarios hold what this one needs, such as tokens: it is run again by itself.</summary>
public sealed class PostponedException(string reason) : Exception(reason);
