namespace CoralMux.Harness.Verdicts;

/// <summary>One entry of a <c>--known-failures</c> file.</summary>
/// <param name="Scenario">Only this scenario may fail; null where any scenario of the requirement may.</param>
/// <param name="Link">Where the work on it is tracked.</param>
/// <param name="Until">The day (UTC) from which the entry is void, or null.</param>
public sealed record KnownFailure(string Requirement, string? Scenario, string Reason, string Link, DateOnly? Until)
{
    public override string ToString() => Scenario is null ? Requirement : $"{Requirement} in {Scenario}";
}

/// <summary>What a run said about an entry.</summary>
public enum KnownFailureState
{
    /// <summary>It failed, as the entry says.</summary>
    Failed,

    /// <summary>It was not settled, or not selected: nothing can be said.</summary>
    NotJudged,

    /// <summary>It did not fail: the entry is to be taken out, and the run fails until it is.</summary>
    Stale,

    /// <summary>Its day has come: the run fails.</summary>
    Expired,
}

/// <summary>An entry and what the run said about it.</summary>
public sealed record KnownFailureOutcome(KnownFailure Entry, KnownFailureState State)
{
    /// <summary>It makes the run fail, whatever else was found.</summary>
    public bool IsRotten => State is KnownFailureState.Stale or KnownFailureState.Expired;
}

public static class KnownFailureStateNames
{
    public static string Spelling(this KnownFailureState state) => state == KnownFailureState.NotJudged ? "not-judged" : state.ToString().ToLowerInvariant();
}
