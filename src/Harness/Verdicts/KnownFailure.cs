namespace CoralMux.Harness.Verdicts;

/// <summary>One entry of a <c>--known-failures</c> file.</summary>
/// <param name="Scenario">Only this scenario may fail; null where any scenario of the requirement may.</param>
/// <param name="Link">Where the work on it is tracked.</param>
/// <param name="Until">The day (UTC) on which the entry expires, or null.</param>
public sealed record KnownFailure(string Requirement, string? Scenario, string Reason, string Link, DateOnly? Until)
{
    public override string ToString() => Scenario is null ? Requirement : $"{Requirement} in {Scenario}";
}

/// <summary>The state of an entry after a run.</summary>
public enum KnownFailureState
{
    /// <summary>It failed, as the entry says.</summary>
    Failed,

    /// <summary>It was not decided, or not selected: nothing is known.</summary>
    NotJudged,

    /// <summary>It did not fail: the run fails until the entry is removed.</summary>
    Stale,

    /// <summary>The entry expired: the run fails.</summary>
    Expired,
}

/// <summary>An entry and its state after the run.</summary>
public sealed record KnownFailureOutcome(KnownFailure Entry, KnownFailureState State)
{
    /// <summary>It makes the run fail in any case.</summary>
    public bool IsRotten => State is KnownFailureState.Stale or KnownFailureState.Expired;
}

public static class KnownFailureStateNames
{
    public static string Spelling(this KnownFailureState state) => state == KnownFailureState.NotJudged ? "not-judged" : state.ToString().ToLowerInvariant();
}
