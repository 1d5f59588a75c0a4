using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Conformance;

/// <summary>Every scenario of the specification as a test of its own.</summary>
public sealed class ScenarioTests(ConformanceRun run) : IClassFixture<ConformanceRun>
{
    public static IEnumerable<TheoryDataRow<string>> Scenarios => ConformanceRun.Plan.Scenarios.Select(scenario =>
        new TheoryDataRow<string>(scenario.Id) { TestDisplayName = $"{string.Join(' ', scenario.Requirements)} {scenario.Name}" });

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Scenario_AgainstTheTarget_Holds(string id)
    {
        var result = run[id];
        Assert.SkipWhen(result.Verdict == Verdict.NotApplicable, result.Message ?? "");
        TestContext.Current.TestOutputHelper!.WriteLine(Explain(result));
        Assert.True(result.Verdict is Verdict.Pass or Verdict.Warn, Explain(result));
    }

    [Fact]
    public void Run_OverAllScenarios_IsConformant()
    {
        var unmet = run.Judgement.Requirements.Where(result => result.Verdict > Verdict.Untested)
            .Select(result => $"{result.Requirement.Id} {result.Verdict.Spelling()}: {result.Reason}");
        Assert.True(run.Judgement.ExitCode == ExitCode.Conformant, string.Join('\n', unmet));
    }

    private static string Explain(ScenarioResult result)
    {
        var text = new StringBuilder().AppendLine($"{result.Verdict.Spelling()}: {result.Message}");
        if (result.Step is { } step)
            text.AppendLine($"{result.Scenario.File}:{step.Line} {step.Keyword} {step.Text}");
        foreach (var entry in result.Transcript)
            text.AppendLine($"{entry.At.TotalMilliseconds,9:0.0} ms {entry.Connection,-16} {entry.Direction,-8} {entry.Kind} {entry.Length} B {entry.Note} " +
                $"{Encoding.UTF8.GetString(entry.Bytes.Span[..Math.Min(200, entry.Bytes.Length)])}");
        return text.ToString();
    }
}
