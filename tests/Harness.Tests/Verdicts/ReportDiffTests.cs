using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Verdicts;

public sealed class ReportDiffTests
{
    [Theory]
    [InlineData(Verdict.Pass, Verdict.Pass, ChangeKind.Same, false)]
    [InlineData(Verdict.Pass, Verdict.Fail, ChangeKind.Regressed, true)]
    [InlineData(Verdict.Pass, Verdict.Inconclusive, ChangeKind.Regressed, true)]
    [InlineData(Verdict.Pass, Verdict.NotRun, ChangeKind.Regressed, true)]
    [InlineData(Verdict.Pass, null, ChangeKind.Lost, true)]
    [InlineData(Verdict.Fail, null, ChangeKind.Lost, true)]
    [InlineData(null, Verdict.Fail, ChangeKind.NewlyFailing, true)]
    [InlineData(null, Verdict.Pass, ChangeKind.NewlyTested, false)]
    [InlineData(null, null, ChangeKind.Same, false)]
    [InlineData(null, Verdict.NotApplicable, ChangeKind.ChangedReason, false)]
    [InlineData(Verdict.Fail, Verdict.Pass, ChangeKind.Fixed, false)]
    [InlineData(Verdict.Inconclusive, Verdict.Fail, ChangeKind.ChangedReason, true)]
    [InlineData(Verdict.Fail, Verdict.Inconclusive, ChangeKind.ChangedReason, false)]
    public void Diff_OfOneRequirement_SaysWhatBecameOfIt(Verdict? before, Verdict? after, ChangeKind expected, bool isWorse)
    {
        var diff = ReportDiff.Between(Report(before, "because"), Report(after, "because"));
        Assert.Equal((expected, isWorse), (Assert.Single(diff.Changes).Change, diff.IsWorse));
    }

    [Theory]
    [InlineData("got 7 of 9 in 31.5 ms, 559ab6d9-26b9-4ca6-9a38-f7276b7e0b17", "got 8 of 9 in 4 ms, 9d4cb74b-34ee-4b43-bc20-0b8f50e7d29c", ChangeKind.Same)]
    [InlineData("a close frame", "a TCP reset", ChangeKind.ChangedReason)]
    public void Reason_OfAFailure_CountsButForItsAccidents(string before, string after, ChangeKind expected)
    {
        var diff = ReportDiff.Between(Report(Verdict.Fail, before), Report(Verdict.Fail, after));
        Assert.Equal((expected, false), (Assert.Single(diff.Changes).Change, diff.IsWorse));
    }

    [Fact]
    public void Diff_OfTwoSuites_HasTheRequirementsOfBoth()
    {
        const string More = "\n**TRN-02** The relay MUST answer.\n";
        var grown = ReportDiff.Between(Report(Verdict.Fail, "because"), Report(Verdict.Pass, "because", More));
        Assert.Equal([("TRN-01", ChangeKind.Fixed), ("TRN-02", ChangeKind.ChangedReason)], grown.Changes.Select(change => (change.Id, change.Change)));
        var shrunk = ReportDiff.Between(Report(Verdict.Pass, "because", More), Report(Verdict.Fail, "because"));
        Assert.Equal([("TRN-01", "The relay MUST listen."), ("TRN-02", "The relay MUST answer.")],
            shrunk.Changes.Select(change => (change.Id, change.Statement)));
        Assert.True(shrunk.IsWorse);
    }

    private static Judgement Report(Verdict? verdict, string reason, string more = "")
    {
        var register = new RequirementRegister([new SpecFile("02-transport.md", "# Transport\n\n**TRN-01** The relay MUST listen.\n" + more)]);
        var scenario = new Scenario("transport/one", "One", "Transport", "transport.feature", 1, ["@TRN-01"], []);
        IReadOnlyList<ScenarioResult> results = verdict is { } one ? [ScenarioResult.Skipped(scenario, one, reason)] : [];
        return Judgement.Over(register, results, new Dictionary<string, string>(), _ => false, strict: false, interrupted: false);
    }
}
