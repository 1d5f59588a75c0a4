using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>What a scenario came to, in lines of plain text: what JUnit and Cucumber viewers show beside it.</summary>
internal static class PlainReport
{
    public static string Explain(ScenarioResult result)
    {
        var text = new StringBuilder();
        void Line(string name, string? value)
        {
            if (value is not null)
                text.Append(name).Append(": ").Append(Visible.Text(value)).Append('\n');
        }

        if (result.Verdict != Verdict.Pass)
            Line(result.Verdict.Spelling(), result.Message);
        Line("step", result.Step is { } step ? $"{result.Scenario.File}:{step.Line} {step.Keyword} {step.Text}" : null);
        Line("expected", result.Expected);
        Line("actual", result.Actual);
        foreach (var violation in result.Violations)
            Line($"noticed in passing, {violation.Requirement}", $"expected {violation.Expected}; {violation.Connection} got {violation.Actual}");
        return text.ToString();
    }
}
