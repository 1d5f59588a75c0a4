namespace CoralMux.Harness.Gherkin;

/// <summary>A scenario as one would write it: outline values filled in, the background's steps first.</summary>
public static class GherkinText
{
    /// <summary>The lines, without indentation of the whole and without tags.</summary>
    public static IEnumerable<string> Lines(Scenario scenario) => scenario.Steps.SelectMany(StepLines).Prepend($"Scenario: {scenario.Name}");

    private static IEnumerable<string> StepLines(ScenarioStep step)
    {
        yield return $"  {step.Keyword} {step.Text}";
        foreach (var row in step.Table is { } table ? Align(table) : [])
            yield return $"    {row}";
        if (step.DocString is not { } text)
            yield break;
        yield return "    \"\"\"";
        foreach (var line in text.Split('\n'))
            yield return $"    {line.TrimEnd('\r')}";
        yield return "    \"\"\"";
    }

    private static IEnumerable<string> Align(IReadOnlyList<IReadOnlyList<string>> table)
    {
        var rows = table.Select(row => row.Select(Escape).ToList()).ToList();
        var widths = Enumerable.Range(0, rows.Max(row => row.Count)).Select(column => rows.Max(row => column < row.Count ? row[column].Length : 0)).ToList();
        return rows.Select(row => $"| {string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column])))} |");
    }

    private static string Escape(string cell) =>
        cell.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
