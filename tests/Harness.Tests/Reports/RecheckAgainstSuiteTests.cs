using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Stored;
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

    private static readonly SchemaCatalog Schemas = SchemaCatalog.Load(Suite.BuiltIn);

    private readonly EditableReport _report = new(Passing());

    public void Dispose() => _report.Dispose();

    [Fact]
    public void Report_Untouched_Holds() => Assert.Empty(Disagreements());

    [Theory]
    [InlineData("requirements.0", null, "TRN-01 is missing")]
    [InlineData("requirements.0.statement", "\"The relay MAY rest.\"", "TRN-01 differs in words, level or place")]
    [InlineData("requirements.0.level", "\"MAY\"", "TRN-01 differs in words, level or place")]
    [InlineData("requirements.0.excluded", "true", "TRN-01 says it is excluded, but the suite does not")]
    [InlineData("requirements.0.id", "\"TRN-99\"", "TRN-99 is not a requirement of the suite")]
    [InlineData("scenarios.0.id", "\"chat/another\"", "chat/another is not a scenario of the suite")]
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
        Assert.Contains(Disagreements(), disagreement => disagreement.Contains("TRN-99 is not a requirement of the suite", StringComparison.Ordinal));
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
            [StepRole.LivenessCheck],
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
            Entry("innocent phone", Direction.Sent, "start") with { Sha256 = "aa" },
            Entry("innocent agent", Direction.Received, "start") with { Sha256 = hash },
            Entry("innocent agent", Direction.Sent, "c"), Entry("innocent phone", Direction.Received, "c"),
        ];
        Assert.Empty(OfTranscript([StepRole.PositiveControl], Both("aa")));
        Assert.Single(OfTranscript([StepRole.PositiveControl], Both("bb")));
    }

    [Fact]
    public void EnvelopeOfTheRelay_ThatBreaksItsSchema_MustHaveBeenNoticed()
    {
        var pong = Entry("phone", Direction.Received, """{"v":1,"type":"pong"}""");
        Assert.Contains("the phone received a pong that breaks its schema", Assert.Single(OfTranscript([], pong)), StringComparison.Ordinal);
        Assert.Empty(OfTranscript([], pong, Entry("agent", Direction.Sent, """{"v":1,"type":"pong"}""")));
        Assert.Empty(OfTranscript([], pong, Entry("agent", Direction.Sent, "half", "raw")));
        Assert.Empty(OfTranscript([], Entry("phone", Direction.Received, """{"v":1,"type":"chat.send"}""")));
        Assert.Empty(TranscriptCheck.Disagreements(Passed([]), Stored(pong), KnownProfiles.Default, schemas: null));
    }

    private static RunReport Passing()
    {
        IReadOnlyList<ScenarioResult> results = [.. Plan.Scenarios.Where(scenario => !scenario.Requirements.Contains(NotTested)).Take(3)
            .Select(scenario => new ScenarioResult(scenario, Verdict.Pass, TimeSpan.Zero, null, null, null, [], []))];
        var target = new TargetDescription { Url = "ws://127.0.0.1:1/ws" };
        var judgement = Judgement.Over(Plan.Register, results, Plan.Excluded, target.Features.Contains, strict: false, interrupted: false);
        return new RunReport(new string('0', 64), 1, target, DateTimeOffset.UnixEpoch, TimeSpan.Zero, judgement, results)
        {
            Options = new RunOptions(["verify"]),
        };
    }

    private IReadOnlyList<string> Disagreements() => Recheck.Disagreements(StoredReport.Read(_report.File), Plan);

    private static IEnumerable<string> OfTranscript(StepRole[] steps, params TranscriptEntry[] entries) =>
        TranscriptCheck.Disagreements(Passed(steps), Stored(entries), KnownProfiles.Default, Schemas);

    private static StoredTranscript Stored(params TranscriptEntry[] entries) => new("one.json", "hash", "hash", entries);

    private static ScenarioResult Passed(StepRole[] roles)
    {
        ScenarioStep Step(StepRole role)
        {
            var kind = role == StepRole.PositiveControl ? StepKind.Given : StepKind.Then;
            return new ScenarioStep(kind, kind.ToString(), KnownProfiles.Default.Steps.TextOf(role), null, null, 2);
        }

        var scenario = new Scenario("one", "One", "One", "one.feature", 1, [], [.. roles.Select(Step)]);
        return new ScenarioResult(scenario, Verdict.Pass, TimeSpan.Zero, null, null, null, [], []);
    }

    private static TranscriptEntry Entry(string connection, Direction direction, string text, string kind = "text")
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new TranscriptEntry(TimeSpan.Zero, connection, direction, kind, bytes.Length, bytes, null, null);
    }
}
