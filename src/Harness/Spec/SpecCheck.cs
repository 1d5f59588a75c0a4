using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Spec;

/// <summary>The traceability check: compares prose, lists, lock and features.</summary>
public static class SpecCheck
{
    /// <summary>Every problem, in the order of the files.</summary>
    /// <param name="steps">The step definitions that the scenarios are bound to.</param>
    public static IReadOnlyList<SpecProblem> Run(SpecSources sources, StepRegistry steps) =>
        [.. new[] { StatementRules.Check(sources), TraceRules.Check(sources), ScenarioRules.Check(sources, steps), DiagramRules.Check(sources) }
            .SelectMany(problems => problems)
            .Distinct() // an outline has one scenario per row
            .OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line)];
}
