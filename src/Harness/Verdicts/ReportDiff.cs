namespace CoralMux.Harness.Verdicts;

/// <summary>How a requirement changed between two reports.</summary>
public enum ChangeKind
{
    /// <summary>It passed before, and does not pass now.</summary>
    Regressed,

    /// <summary>It was decided before, and is not tested now.</summary>
    Lost,

    /// <summary>It was not tested, and now it is, and does not pass.</summary>
    NewlyFailing,

    /// <summary>It passes in neither report, and the reason changed.</summary>
    ChangedReason,

    /// <summary>It was not tested, and now passes.</summary>
    NewlyTested,

    Fixed,
    Same,
}

/// <param name="Before">Null where the requirement was not in the report.</param>
public sealed record RequirementChange(string Id, string Statement, ChangeKind Change, Verdict? Before, Verdict? After, string? Reason);

/// <summary>Two reports, requirement by requirement.</summary>
public sealed record ReportDiff(IReadOnlyList<RequirementChange> Changes)
{
    /// <summary>Something is worse than before: the later report must not pass a gate.</summary>
    public bool IsWorse => Changes.Any(change => change.Change is ChangeKind.Regressed or ChangeKind.Lost or ChangeKind.NewlyFailing
        || (change.Change == ChangeKind.ChangedReason && change.After > change.Before));

    public static ReportDiff Between(Judgement before, Judgement after)
    {
        var former = before.Requirements.ToDictionary(result => result.Requirement.Id);
        var latter = after.Requirements.ToDictionary(result => result.Requirement.Id);
        return new ReportDiff([.. former.Keys.Union(latter.Keys).Select(id => Compare(former.GetValueOrDefault(id), latter.GetValueOrDefault(id)))]);
    }

    private static RequirementChange Compare(RequirementResult? before, RequirementResult? after)
    {
        var requirement = (after ?? before)!.Requirement;
        var change = (StandingOf(before), StandingOf(after)) switch
        {
            (Standing.Passed, Standing.Troubled) => ChangeKind.Regressed,
            (Standing.Untested, Standing.Troubled) => ChangeKind.NewlyFailing,
            (Standing.Untested, Standing.Passed) => ChangeKind.NewlyTested,
            (Standing.Troubled, Standing.Passed) => ChangeKind.Fixed,
            (Standing.Passed or Standing.Troubled, Standing.Untested) => ChangeKind.Lost,
            (Standing.Troubled, Standing.Troubled) when before!.Cause != after!.Cause => ChangeKind.ChangedReason,
            _ => before?.Verdict == after?.Verdict ? ChangeKind.Same : ChangeKind.ChangedReason,
        };
        return new RequirementChange(requirement.Id, requirement.Statement, change, before?.Verdict, after?.Verdict, after?.Reason);
    }

    private enum Standing
    {
        Untested,
        Passed,
        Troubled,
    }

    private static Standing StandingOf(RequirementResult? result) => result?.Verdict switch
    {
        null or Verdict.Untested or Verdict.NotApplicable => Standing.Untested,
        Verdict.Pass => Standing.Passed,
        _ => Standing.Troubled,
    };
}
