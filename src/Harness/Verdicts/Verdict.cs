using System.Text.Json;

namespace CoralMux.Harness.Verdicts;

/// <summary>The verdict of a scenario or a requirement. Ordered: of several, the worst counts.</summary>
public enum Verdict
{
    /// <summary>The target does not claim the feature.</summary>
    NotApplicable,

    Pass,

    /// <summary>A SHOULD was not met.</summary>
    Warn,

    /// <summary>No scenario; only for requirements, with a reason.</summary>
    Untested,

    /// <summary>Could not be run, with the reason.</summary>
    NotRun,

    /// <summary>The jitter was larger than the margin, or the positive control failed.</summary>
    Inconclusive,

    Fail,
}

public static class VerdictNames
{
    /// <summary>As the reports spell it, such as <c>not-run</c>.</summary>
    public static string Spelling(this Verdict verdict) => JsonNamingPolicy.KebabCaseLower.ConvertName(verdict.ToString());
}
