using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Verdicts;

public sealed class JudgementTests
{
    private static readonly RequirementRegister Register = new(
    [
        new SpecFile("02-transport.md", """
            # Transport

            **TRN-01** The relay MUST listen.

            **TRN-02** The relay MUST answer.

            **TRN-03** The relay SHOULD be kind.

            **TRN-04** `feature: metrics` The relay MUST count.
            """),
    ]);

    [Fact]
    public void Exit_WithEverythingTestedAndPassed_IsConformant() =>
        AssertExit(ExitCode.Conformant, [Result("TRN-01", Verdict.Pass), Result("TRN-02", Verdict.Pass), Result("TRN-03", Verdict.Pass)]);

    [Fact]
    public void Exit_WithAFailedMust_IsNonConformant() =>
        AssertExit(ExitCode.NonConformant, [Result("TRN-01", Verdict.Fail), Result("TRN-02", Verdict.Pass)]);

    [Theory]
    [InlineData(false, ExitCode.Conformant)]
    [InlineData(true, ExitCode.NonConformant)]
    public void Exit_WithAShouldNotMet_DependsOnStrict(bool strict, ExitCode expected) =>
        AssertExit(expected, [Result("TRN-01", Verdict.Pass), Result("TRN-02", Verdict.Pass), Result("TRN-03", Verdict.Warn)], strict);

    [Theory]
    [InlineData(Verdict.Inconclusive)]
    [InlineData(Verdict.NotRun)]
    public void Exit_WithAMustThatWasNotSettled_IsIncomplete(Verdict verdict) =>
        AssertExit(ExitCode.Incomplete, [Result("TRN-01", verdict), Result("TRN-02", Verdict.Pass)]);

    [Fact]
    public void Exit_WithAMustThatNobodyTested_IsIncomplete() =>
        AssertExit(ExitCode.Incomplete, [Result("TRN-01", Verdict.Pass)]);

    [Fact]
    public void Exit_WithNothingAtAll_IsIncomplete() => AssertExit(ExitCode.Incomplete, []);

    [Fact]
    public void Exit_WithEveryMustExcluded_IsIncomplete() =>
        Assert.Equal(ExitCode.Incomplete, Judge([], excluded: new() { ["TRN-01"] = "why", ["TRN-02"] = "why" }).ExitCode);

    [Fact]
    public void Exit_WithAReasonForWhatIsUntested_IsConformant() =>
        Assert.Equal(ExitCode.Conformant, Judge([Result("TRN-01", Verdict.Pass)], excluded: new() { ["TRN-02"] = "why" }).ExitCode);

    [Fact]
    public void Requirement_ThatNobodyTested_SaysWhy()
    {
        var judged = Judge([Result("TRN-01", Verdict.Fail)], excluded: new() { ["TRN-02"] = "why" }).Requirements;
        Assert.Equal(
            [("because", false), ("why", true), ("no scenario of it was selected", false)],
            judged.Take(3).Select(result => (result.Reason, result.IsExcluded)));
    }

    [Fact]
    public void Exit_OfAnInterruptedRun_IsIncomplete() =>
        Assert.Equal(ExitCode.Incomplete, Judge([Result("TRN-01", Verdict.Pass), Result("TRN-02", Verdict.Pass)], interrupted: true).ExitCode);

    [Fact]
    public void Exit_WithAHarnessFault_IsThatWhateverElseFailed() =>
        AssertExit(ExitCode.HarnessFault, [Result("TRN-01", Verdict.Fail), Result("TRN-02", Verdict.NotRun) with { IsHarnessFault = true }]);

    [Fact]
    public void Exit_WithAFailureOfAClaimedFeature_IsNonConformant()
    {
        var results = new[] { Result("TRN-01", Verdict.Pass), Result("TRN-02", Verdict.Pass), Result("TRN-04", Verdict.Fail) };
        Assert.Equal(ExitCode.NonConformant, Judge(results, claims: true).ExitCode);
        Assert.Equal(ExitCode.Conformant, Judge(results, claims: false).ExitCode);
    }

    [Fact]
    public void Requirement_OfSeveralScenarios_TakesTheWorstVerdict()
    {
        var judgement = Judge([Result("TRN-01", Verdict.Pass), Result("TRN-01", Verdict.Fail), Result("TRN-01", Verdict.Inconclusive)]);
        Assert.Equal(Verdict.Fail, judgement.Requirements[0].Verdict);
    }

    [Fact]
    public void Requirement_BreachedInPassing_FailsThoughItsOwnScenarioPassed()
    {
        var noticed = Result("TRN-02", Verdict.Pass) with { Violations = [new Violation("phone", "TRN-01", "this", "that")] };
        var judgement = Judge([Result("TRN-01", Verdict.Pass), noticed]);
        Assert.Equal((Verdict.Fail, Verdict.Pass), (judgement.Requirements[0].Verdict, judgement.Requirements[1].Verdict));
        Assert.Equal(ExitCode.NonConformant, judgement.ExitCode);
    }

    private static void AssertExit(ExitCode expected, IReadOnlyList<ScenarioResult> results, bool strict = false)
    {
        var judgement = Judge(results, strict: strict);
        Assert.Equal(expected, judgement.ExitCode);
        Assert.Equal(expected == ExitCode.Conformant, judgement.Conformant);
    }

    private static Judgement Judge(
        IReadOnlyList<ScenarioResult> results,
        bool strict = false,
        bool interrupted = false,
        bool claims = false,
        Dictionary<string, string>? excluded = null) =>
        Judgement.Over(Register, results, excluded ?? [], _ => claims, strict, interrupted);

    private static ScenarioResult Result(string id, Verdict verdict) =>
        ScenarioResult.Skipped(new Scenario($"transport/{id}", id, "Transport", "transport.feature", 1, ["@" + id], []), verdict, "because");
}
