using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec;

/// <summary>One place where specification, features and lock disagree.</summary>
/// <param name="File">Path from the suite's root.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Sentence">What is wrong, and what to do about it.</param>
public sealed record SpecProblem(string File, int Line, string Sentence)
{
    /// <summary>A problem of the statement of a requirement.</summary>
    public static SpecProblem Of(Requirement requirement, string sentence) => new($"spec/{requirement.File}", requirement.Line, sentence);

    /// <summary>A problem of a row of a list next to the chapters.</summary>
    public static SpecProblem Of(ReasonRow row, string sentence) => new(row.Path, row.Line, sentence);

    public override string ToString() => $"{File}:{Line}: {Sentence}";
}
