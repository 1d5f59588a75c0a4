using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>What several reports say in the same plain words.</summary>
internal static class PlainReport
{
    /// <summary>What explains a scenario's verdict, in lines of text: JUnit and Cucumber viewers show it next to the scenario.</summary>
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
        Line("step", StepOf(result));
        Line("expected", result.Expected);
        Line("actual", result.Actual);
        foreach (var violation in result.Violations)
            Line($"noticed in passing, {violation.Requirement}", EvidenceText.Of(violation));
        return text.ToString();
    }

    /// <summary>The step at which a scenario ended, with its place, or null.</summary>
    public static string? StepOf(ScenarioResult result) =>
        result.Step is { } step ? $"{result.Scenario.File}:{step.Line} {step.Keyword} {step.Text}" : null;

    public static string Say(KnownFailureOutcome outcome) => outcome.State switch
    {
        KnownFailureState.Failed => "failed, as known",
        KnownFailureState.NotJudged => "not judged in this run",
        KnownFailureState.Stale => "no longer fails: remove the entry",
        _ => $"entry expired on {outcome.Entry.Until:yyyy-MM-dd}; remove it or set a later date",
    };
}
