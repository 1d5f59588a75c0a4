using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Verdicts;

public sealed class ScenarioResultTests
{
    private static readonly Scenario Scenario = new("transport/one", "One", "Transport", "transport.feature", 1, ["@TRN-01"],
        [.. Enumerable.Range(2, 3).Select(line => new ScenarioStep(StepKind.Then, "Then", "it holds", null, null, line))]);

    [Theory]
    [InlineData(Verdict.Pass, false)]
    [InlineData(Verdict.NotApplicable, false)]
    [InlineData(Verdict.Warn, true)]
    [InlineData(Verdict.NotRun, true)]
    [InlineData(Verdict.Inconclusive, true)]
    [InlineData(Verdict.Fail, true)]
    public void IsTrouble_OfAVerdict_IsWhetherSomebodyMustLook(Verdict verdict, bool expected) =>
        Assert.Equal(expected, ScenarioResult.Skipped(Scenario, verdict, "because").IsTrouble);

    [Fact]
    public void StepIndex_OfOneOfSeveralThatReadAlike_IsItsPlace()
    {
        var result = ScenarioResult.Skipped(Scenario, Verdict.Fail, "because");
        Assert.Equal([0, 1, 2], Scenario.Steps.Select(step => (result with { Step = step }).StepIndex));
        Assert.Equal(3, result.StepIndex);
    }

    [Fact]
    public void ViolationLog_AfterSeveral_HasThemInOrder()
    {
        var log = new ViolationLog();
        log.Add("phone", "TRN-01", "this", "that");
        log.Add("agent", "TRN-02", "these", "those");
        Assert.Equal(
            [("phone", "TRN-01", "this", "that"), ("agent", "TRN-02", "these", "those")],
            log.All.Select(one => (one.Connection, one.Requirement, one.Expected, one.Actual)));
    }
}
