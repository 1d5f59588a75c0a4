namespace CoralMux.Harness.Spec;

/// <summary>One place where specification, features and lock disagree.</summary>
/// <param name="File">Path from the suite's root.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Sentence">What is wrong, and what to do about it.</param>
public sealed record SpecProblem(string File, int Line, string Sentence)
{
    public override string ToString() => $"{File}:{Line}: {Sentence}";
}
