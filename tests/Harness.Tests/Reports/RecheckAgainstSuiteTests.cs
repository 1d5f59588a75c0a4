using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>A stored report of the built-in suite against that suite, and what transcripts say against a pass.</summary>
public sealed class RecheckAgainstSuiteTests : IDisposable
{
    private const string NotTested = "TRN-01";

    private static readonly SuitePlan Plan = SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features: null);

    private readonly EditableReport _report = new(Passing());

    public void Dispose() => _report.Dispose();

    [Fact]
    public void Report_Untouched_Holds() => Assert.Empty(Disagreements());

    [Theory]
    [InlineData("requirements.0", null, "TRN-01 is missing")]
    [InlineData("requirements.0.statement", "\"The relay MAY rest.\"", "TRN-01 is not worded, levelled or placed")]
    [InlineData("requirements.0.level", "\"MAY\"", "TRN-01 is not worded, levelled or placed")]
    [InlineData("requirements.0.excluded", "true", "TRN-01 says it is excluded, but the suite does not")]
    [InlineData("requirements.0.id", "\"TRN-99\"", "TRN-99 is no requirement of the suite")]
    [InlineData("scenarios.0.id", "\"chat/another\"", "chat/another is no scenario of the suite")]
    [InlineData("scenarios.0.tags", "[]", "has other tags or steps than in the suite")]
    [InlineData("scenarios.0.steps.1.text", "\"nothing\"", "has other tags or steps than in the suite")]
    [InlineData("scenarios.0.steps.1.kind", "\"Then\"", "has other tags or steps than in the suite")]
    public void Report_TouchedUp_DoesNotHold(string where, string? value, string said)
    {
        _report.Edit(where, value);

        Assert.Contains(Disagreements(), disagreement => disagreement.Contains(said, StringComparison.Ordinal));
    }

    /// <summary>Whose features are not the suite's, has scenarios that the suite does not know; its requirements it has still.</summary>
    [Fact]
    public void Report_OfOtherFeatures_IsHeldAgainstTheRequirementsOnly()
    {
        _report.Edit("arguments", "[\"verify\", \"--features\", \"mine\"]");
        _report.Edit("scenarios.0.id", "\"chat/another\"");
        Assert.DoesNotContain(Disagreements(), disagreement => disagreement.Contains("of the suite", StringComparison.Ordinal));
        _report.Edit("requirements.0.id", "\"TRN-99\"");
        Assert.Contains(Disagreements(), disagreement => disagreement.Contains("TRN-99 is no requirement of the suite", StringComparison.Ordinal));
    }

    [Fact]
    public void Pass_WithoutAnythingReceived_DoesNotHold() =>
        Assert.Equal(["one passed, but nothing was received in it"], OfTranscript([], Entry("phone", Direction.Sent, "{}")));

    [Theory]
    [InlineData("innocent agent", "text", "a", "a", null)]
    [InlineData("innocent agent", "text", "a", "b", "the innocent phone reached the innocent agent 0 times instead of 1")]
    [InlineData("agent", "text", "a", "a", "the innocent phone reached the innocent agent 0 times instead of 1")]
    [InlineData("innocent agent", "binary", "a", "a", "the innocent phone reached the innocent agent 0 times instead of 1")]
    public void Pass_WithItsFloor_HoldsIfTheInnocentPairRelayed(string receiver, string kind, string sent, string received, string? said)
    {
        var disagreements = OfTranscript(
            [NegativeScenario.LivenessCheck],
            Entry("innocent phone", Direction.Sent, sent), Entry(receiver, Direction.Received, received, kind),
            Entry("innocent agent", Direction.Sent, "c"), Entry("innocent phone", Direction.Received, "c"));
        Assert.Equal(said is null ? [] : [$"one passed, but {said}"], disagreements);
    }

    /// <summary>Of a large message the start is kept, and the hash of the whole.</summary>
    [Fact]
    public void Pass_WithALargeMessage_KnowsItByItsHash()
    {
        TranscriptEntry[] Both(string hash) =>
        [
            Entry("innocent phone", Direction.Sent, "start") with { Sha256 = "aa" }, Entry("innocent agent", Direction.Received, "start") with { Sha256 = hash },
            Entry("innocent agent", Direction.Sent, "c"), Entry("innocent phone", Direction.Received, "c"),
        ];
        Assert.Empty(OfTranscript([NegativeScenario.PositiveControl], Both("aa")));
        Assert.Single(OfTranscript([NegativeScenario.PositiveControl], Both("bb")));
    }

    [Fact]
    public void EnvelopeOfTheRelay_ThatBreaksItsSchema_MustHaveBeenNoticed()
    {
        var pong = Entry("phone", Direction.Received, """{"v":1,"type":"pong"}""");
        Assert.Contains("the phone received a pong that breaks its schema", Assert.Single(OfTranscript([], pong)), StringComparison.Ordinal);
        Assert.Empty(OfTranscript([], pong, Entry("agent", Direction.Sent, """{"v":1,"type":"pong"}""")));
        Assert.Empty(OfTranscript([], pong, Entry("agent", Direction.Sent, "half", "raw")));
        Assert.Empty(OfTranscript([], Entry("phone", Direction.Received, """{"v":1,"type":"chat.send"}""")));
        Assert.Empty(TranscriptCheck.Disagreements(Passed([]), Stored(pong), suite: null));
    }

    private static RunReport Passing()
    {
        IReadOnlyList<ScenarioResult> results = [.. Plan.Scenarios.Where(scenario => !scenario.Requirements.Contains(NotTested)).Take(3)
            .Select(scenario => new ScenarioResult(scenario, Verdict.Pass, TimeSpan.Zero, null, null, null, null, [], []))];
        var target = new TargetDescription { Url = "ws://127.0.0.1:1/ws" };
        var judgement = Judgement.Over(Plan.Register, results, Plan.Excluded, target.Features.Contains, strict: false, interrupted: false);
        return new RunReport(new string('0', 64), 1, target, DateTimeOffset.UnixEpoch, TimeSpan.Zero, judgement, results) { Options = new RunOptions(["verify"]) };
    }

    private IReadOnlyList<string> Disagreements() => Recheck.Disagreements(StoredReport.Read(_report.File), Plan, withTranscripts: false);

    private static IEnumerable<string> OfTranscript(string[] steps, params TranscriptEntry[] entries) => TranscriptCheck.Disagreements(Passed(steps), Stored(entries), Plan);

    private static StoredTranscript Stored(params TranscriptEntry[] entries) => new("one.json", "hash", "hash", entries);

    private static ScenarioResult Passed(string[] steps)
    {
        var scenario = new Scenario("one", "One", "One", "one.feature", 1, [], [.. steps.Select(text => new ScenarioStep(StepKind.Then, "Then", text, null, null, 2))]);
        return new ScenarioResult(scenario, Verdict.Pass, TimeSpan.Zero, null, null, null, null, [], []);
    }

    private static TranscriptEntry Entry(string connection, Direction direction, string text, string kind = "text")
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new TranscriptEntry(TimeSpan.Zero, connection, direction, kind, bytes.Length, bytes, null, null);
    }
}
