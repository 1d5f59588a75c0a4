using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Gherkin;

/// <summary>Which of Gherkin's three parts of a scenario a step belongs to (<c>And</c> and <c>But</c> resolved).</summary>
public enum StepKind
{
    Given,
    When,
    Then,
}

/// <summary>One step, ready to be bound: outline values filled in.</summary>
/// <param name="Table">Rows of cells, the first row included, or null.</param>
/// <param name="DocString">The text between the triple quotes, or null.</param>
/// <param name="Line">Line in the feature file, counted from 1.</param>
public sealed record ScenarioStep(
    StepKind Kind, string Keyword, string Text, IReadOnlyList<IReadOnlyList<string>>? Table, string? DocString, int Line);

/// <summary>One runnable scenario: background prepended, an outline's row filled in.</summary>
/// <param name="Id">Stable: feature file and name as a slug, such as <c>pairing/the-newest-connection-wins</c>.</param>
/// <param name="File">Path of the feature file, relative to <c>features/</c> or to a directory of the user's own.</param>
/// <param name="Tags">With their <c>@</c>, the feature's included.</param>
public sealed record Scenario(
    string Id, string Name, string Feature, string File, int Line, IReadOnlyList<string> Tags, IReadOnlyList<ScenarioStep> Steps)
{
    /// <summary>Requirement ids it is tagged with, in order.</summary>
    public IReadOnlyList<string> Requirements { get; } =
        [.. Tags.Select(tag => tag[1..]).Where(RequirementId.IsMatch).Distinct()];

    public bool HasTag(string tag) => Tags.Contains(tag, StringComparer.Ordinal);
}
