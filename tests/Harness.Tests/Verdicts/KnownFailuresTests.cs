using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Verdicts;

public sealed class KnownFailuresTests : IDisposable
{
    private static readonly DateOnly Today = new(2026, 11, 21);

    private static readonly RequirementRegister Register = new(
    [
        new SpecFile("02-transport.md", """
            # Transport

            **TRN-01** The relay MUST listen.

            **TRN-02** The relay MUST answer.

            **TRN-03** The relay SHOULD be kind.
            """),
    ]);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Exit_WithNothingButAKnownFailure_IsZeroAndNotConformant()
    {
        var judgement = Judge([Known("TRN-01")], Result("one", Verdict.Fail, "TRN-01"), Result("two", Verdict.Pass, "TRN-02"),
            Result("three", Verdict.Pass, "TRN-03"));
        Assert.Equal((ExitCode.Conformant, false), (judgement.ExitCode, judgement.Conformant));
        Assert.Equal(KnownFailureState.Failed, Assert.Single(judgement.KnownFailures).State);
    }

    [Fact]
    public void Exit_WithAnotherFailureBesides_IsOne() =>
        Assert.Equal(ExitCode.NonConformant, Judge([Known("TRN-01")], Result("one", Verdict.Fail, "TRN-01"), Result("two", Verdict.Fail, "TRN-02")).ExitCode);

    [Fact]
    public void Exit_WithAnEntryThatNoLongerFails_IsOne()
    {
        var judgement = Judge([Known("TRN-01")], Result("one", Verdict.Pass, "TRN-01"), Result("two", Verdict.Pass, "TRN-02"),
            Result("three", Verdict.Pass, "TRN-03"));
        Assert.Equal((ExitCode.NonConformant, KnownFailureState.Stale), (judgement.ExitCode, judgement.KnownFailures[0].State));
    }

    [Theory]
    [InlineData(-1, KnownFailureState.Expired, ExitCode.NonConformant)]
    [InlineData(0, KnownFailureState.Expired, ExitCode.NonConformant)]
    [InlineData(1, KnownFailureState.Failed, ExitCode.Conformant)]
    public void Exit_AroundTheDayOfAnEntry_ChangesOnIt(int days, KnownFailureState state, ExitCode exitCode)
    {
        var judgement = Judge([Known("TRN-01") with { Until = Today.AddDays(days) }], Result("one", Verdict.Fail, "TRN-01"),
            Result("two", Verdict.Pass, "TRN-02"));
        Assert.Equal((state, exitCode), (judgement.KnownFailures[0].State, judgement.ExitCode));
    }

    [Fact]
    public void Entry_OfAScenario_ExcusesNoOther()
    {
        var entry = Known("TRN-01") with { Scenario = "one" };
        Assert.Equal(ExitCode.Conformant, Judge([entry], Result("one", Verdict.Fail, "TRN-01"), Result("two", Verdict.Pass, "TRN-02")).ExitCode);
        Assert.Equal(ExitCode.NonConformant,
            Judge([entry], Result("one", Verdict.Fail, "TRN-01"), Result("other", Verdict.Fail, "TRN-01"), Result("two", Verdict.Pass, "TRN-02")).ExitCode);
    }

    [Theory]
    [InlineData(Verdict.Inconclusive)]
    [InlineData(Verdict.NotRun)]
    public void Failure_ThatIsKnown_DoesNotHideWhatWasNotSettled(Verdict verdict) =>
        Assert.Equal(ExitCode.Incomplete, Judge([Known("TRN-01")], Result("one", Verdict.Fail, "TRN-01"), Result("other", verdict, "TRN-01"),
            Result("two", Verdict.Pass, "TRN-02")).ExitCode);

    [Fact]
    public void Entry_OfWhatWasNotSelected_IsNotJudged()
    {
        var judgement = Judge([Known("TRN-01")], Result("two", Verdict.Pass, "TRN-02"));
        Assert.Equal((KnownFailureState.NotJudged, ExitCode.Incomplete), (judgement.KnownFailures[0].State, judgement.ExitCode));
    }

    [Fact]
    public void Entry_OfAShould_CountsInAStrictRun()
    {
        ScenarioResult[] results = [Result("one", Verdict.Pass, "TRN-01"), Result("two", Verdict.Pass, "TRN-02"), Result("three", Verdict.Warn, "TRN-03")];
        Assert.Equal(ExitCode.NonConformant, Judge([], strict: true, results).ExitCode);
        Assert.Equal(ExitCode.Conformant, Judge([Known("TRN-03")], strict: true, results).ExitCode);
    }

    [Fact]
    public void Entry_OfABreachNoticedInPassing_ExcusesIt()
    {
        ScenarioResult[] results = [Result("one", Verdict.Pass, "TRN-01"), Result("two", Verdict.Pass, "TRN-02") with { Violations = [new Violation("phone", "TRN-01", "this", "that")] }];
        Assert.Equal(ExitCode.Conformant, Judge([Known("TRN-01")], results).ExitCode);
        Assert.Equal(ExitCode.Conformant, Judge([Known("TRN-01") with { Scenario = "two" }], results).ExitCode);
        Assert.Equal(ExitCode.NonConformant, Judge([Known("TRN-01") with { Scenario = "one" }], results).ExitCode);
    }

    /// <summary>What else became of the requirement is not what is said of this scenario.</summary>
    [Theory]
    [InlineData("one", KnownFailureState.Stale)]
    [InlineData("two", KnownFailureState.NotJudged)]
    [InlineData("three", KnownFailureState.NotJudged)]
    public void Entry_OfAScenario_IsJudgedByThatOne(string scenario, KnownFailureState expected)
    {
        var judgement = Judge([Known("TRN-01") with { Scenario = scenario }], Result("one", Verdict.Pass, "TRN-01"),
            Result("two", Verdict.Inconclusive, "TRN-01"));
        Assert.Equal(expected, Assert.Single(judgement.KnownFailures).State);
    }

    [Fact]
    public void Entries_OfEachFailingScenario_ExcuseTheRequirement()
    {
        ScenarioResult[] results = [Result("one", Verdict.Fail, "TRN-01"), Result("two", Verdict.Fail, "TRN-01"), Result("three", Verdict.Pass, "TRN-02")];
        KnownFailure first = Known("TRN-01") with { Scenario = "one" }, second = Known("TRN-01") with { Scenario = "two" };
        Assert.Equal(ExitCode.Conformant, Judge([first, second], results).ExitCode);
        Assert.Equal(ExitCode.NonConformant, Judge([first], results).ExitCode);
    }

    [Fact]
    public void Entry_ForAPerson_SaysWhatItIsOf()
    {
        Assert.Equal("TRN-01", Known("TRN-01").ToString());
        Assert.Equal("TRN-01 in one", (Known("TRN-01") with { Scenario = "one" }).ToString());
        Assert.Equal(["failed", "not-judged", "stale", "expired"], Enum.GetValues<KnownFailureState>().Select(state => state.Spelling()));
    }

    [Fact]
    public void File_OfDifferentEntries_IsRead()
    {
        File.WriteAllText(_file, """
            { "failures": [
              { "requirement": "TRN-01", "reason": "r", "link": "l" },
              { "requirement": "TRN-01", "scenario": "one", "reason": "r", "link": "l", "until": "2026-12-01" } ] }
            """);
        var entries = KnownFailureFile.Read(_file, SchemaCatalog.Load(Suite.BuiltIn), Register, [Scenario("one", "TRN-01")]);
        Assert.Equal([new KnownFailure("TRN-01", null, "r", "l", null), new KnownFailure("TRN-01", "one", "r", "l", new DateOnly(2026, 12, 1))], entries);
    }

    [Fact]
    public void File_ThatIsNotThere_IsAUsageError()
    {
        File.Delete(_file);
        var exception = Assert.Throws<CommandException>(() => KnownFailureFile.Read(_file, SchemaCatalog.Load(Suite.BuiltIn), Register, []));
        Assert.Equal(ExitCode.Usage, exception.ExitCode);
    }

    [Theory]
    [InlineData("""{ "failures": [ { "requirement": "TRN-99", "reason": "r", "link": "l" } ] }""", "There is no requirement 'TRN-99'")]
    [InlineData("""{ "failures": [ { "requirement": "TRN-01", "scenario": "oen", "reason": "r", "link": "l" } ] }""", "there is no scenario 'oen'")]
    [InlineData("""{ "failures": [ { "requirement": "TRN-01", "reason": "r" } ] }""", "link")]
    [InlineData("""{ "failures": [ { "requirement": "TRN-01", "reason": "r", "link": "l", "untill": "2026-01-01" } ] }""", "untill")]
    [InlineData("""{ "failures": [ { "requirement": "TRN-01", "reason": "r", "link": "l", "until": "2026-02-30" } ] }""", "'2026-02-30' is not a date")]
    [InlineData("""{ "failures": [ { "requirement": "TRN-01", "reason": "r", "link": "l" }, { "requirement": "TRN-01", "reason": "s", "link": "l" } ] }""",
        "TRN-01 is listed twice")]
    [InlineData("""
        { "failures": [
          { "requirement": "TRN-01", "reason": "r", "link": "l" },
          { "requirement": "TRN-01", "scenario": "one", "reason": "r", "link": "l" },
          { "requirement": "TRN-01", "scenario": "one", "reason": "s", "link": "l" } ] }
        """, "TRN-01 in one is listed twice")]
    [InlineData("[", "")]
    public void File_ThatCouldMeanSomethingElse_IsAUsageError(string content, string said)
    {
        File.WriteAllText(_file, content);
        var exception = Assert.Throws<CommandException>(
            () => KnownFailureFile.Read(_file, SchemaCatalog.Load(Suite.BuiltIn), Register, [Scenario("one", "TRN-01")]));
        Assert.Equal(ExitCode.Usage, exception.ExitCode);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
    }

    private static KnownFailure Known(string requirement) => new(requirement, null, "It is so.", "#1", null);

    private static Judgement Judge(IReadOnlyList<KnownFailure> known, params ScenarioResult[] results) => Judge(known, strict: false, results);

    private static Judgement Judge(IReadOnlyList<KnownFailure> known, bool strict, params ScenarioResult[] results) =>
        Judgement.Over(Register, results, new Dictionary<string, string>(), _ => false, strict, interrupted: false, known, Today);

    private static Scenario Scenario(string id, string requirement) => new(id, id, "Transport", "transport.feature", 1, ["@" + requirement], []);

    private static ScenarioResult Result(string id, Verdict verdict, string requirement) =>
        ScenarioResult.Skipped(Scenario(id, requirement), verdict, "because");
}
