using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
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

    [Fact]
    public void Reason_OfAFailure_CountsButForItsAccidents()
    {
        static Sentence Got(int count, string id) => $"got {count} of 9 with {id}, {new ConnectionEnd(1008, Reset: false, TimeSpan.FromSeconds(count))}";
        Assert.Equal(ChangeKind.Same, Change(Got(7, "559ab6d9"), Got(8, "9d4cb74b")));
        Assert.Equal(ChangeKind.ChangedReason, Change(Got(7, "559ab6d9"), $"got 7 of 9 with 559ab6d9, {new ConnectionEnd(null, Reset: true, default)}"));
    }

    private static ChangeKind Change(Sentence before, Sentence after)
    {
        var diff = ReportDiff.Between(Failed(before), Failed(after));
        Assert.False(diff.IsWorse);
        return Assert.Single(diff.Changes).Change;
    }

    private static Judgement Failed(Sentence actual)
    {
        var finding = new Finding("better", actual);
        var result = ScenarioResult.Skipped(Scenario, Verdict.Fail, EvidenceText.Of(finding)) with { Unmet = finding, Step = Scenario.Steps[0] };
        return Judgement.Over(Register(""), [result], new Dictionary<string, string>(), _ => false, strict: false, interrupted: false);
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

    private static readonly Scenario Scenario =
        new("transport/one", "One", "Transport", "transport.feature", 1, ["@TRN-01"], [new ScenarioStep(StepKind.Then, "Then", "it holds", null, null, 2)]);

    private static RequirementRegister Register(string more) =>
        new([new SpecFile("02-transport.md", "# Transport\n\n**TRN-01** The relay MUST listen.\n" + more)]);

    private static Judgement Report(Verdict? verdict, string reason, string more = "")
    {
        IReadOnlyList<ScenarioResult> results = verdict is { } one ? [ScenarioResult.Skipped(Scenario, one, reason)] : [];
        return Judgement.Over(Register(more), results, new Dictionary<string, string>(), _ => false, strict: false, interrupted: false);
    }
}
