using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Reports.Stored;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>A stored report, read again: it holds as it was written, and not as somebody might have touched it up.</summary>
public sealed class RecheckTests : IDisposable
{
    private readonly EditableReport _report = new(HostileRun.Create());

    public void Dispose() => _report.Dispose();

    [Fact]
    public void Report_ReadAndWrittenAgain_IsTheSameBytes()
    {
        using var again = new MemoryStream();
        ReportFile.Write(StoredReport.Read(_report.File).Report, again);
        Assert.Equal(File.ReadAllText(_report.File), Encoding.UTF8.GetString(again.ToArray()));
    }

    [Fact]
    public void Report_Untouched_Holds() => Assert.Empty(Disagreements());

    [Theory]
    [InlineData("totals.pass", "3", "totals.pass says 3, but 2 scenarios are pass")]
    [InlineData("exitCode", "0", "exitCode says 0, but 1 follows")]
    [InlineData("conformant", "true", "conformant says true")]
    [InlineData("requirements.0.verdict", "\"pass\"", "TRN-01 says pass, but fail follows")]
    [InlineData("requirements.0.scenarios", "[]", "TRN-01 names other scenarios")]
    [InlineData("scenarios.0.verdict", "\"pass\"", "transport/a-relay-listens says pass, which contradicts")]
    [InlineData("scenarios.0.verdict", "\"not-run\"", "transport/a-relay-listens says not-run, which contradicts")]
    [InlineData("scenarios.2.verdict", "\"pass\"", "transport/a-relay-counts says pass, which contradicts")]
    [InlineData("scenarios.0.requirements", "[]", "transport/a-relay-listens is tagged with other requirements")]
    [InlineData("scenarios.3.violations", "[]", "PAIR-02 says fail, but pass follows")]
    [InlineData("knownFailures.1.state", "\"not-judged\"", "PAIR-01 in pairing/a-relay-pairs says not-judged, but stale follows")]
    [InlineData("scenarios.3.violations.0.requirement", "\"PAIR-99\"", "a breach of PAIR-99 was noticed, but the report has no such requirement")]
    [InlineData("scenarios.0.verdict", "\"warn\"", "transport/a-relay-listens says warn, which contradicts")]
    [InlineData("scenarios.1.verdict", "\"fail\"", "transport/a-relay-answers says fail, which contradicts")]
    [InlineData("scenarios.0.expected", null, "transport/a-relay-listens says fail, which contradicts")]
    [InlineData("scenarios.0.stepIndex", "0", "transport/a-relay-listens says fail, which contradicts")]
    [InlineData("scenarios.5.message", null, "pairing/a-relay-is-quick says inconclusive, which contradicts")]
    [InlineData("scenarios.5.stepIndex", "7", "pairing/a-relay-is-quick says inconclusive, which contradicts")]
    [InlineData("scenarios.5.expected", "\"more\"", "pairing/a-relay-is-quick says inconclusive, which contradicts")]
    [InlineData("target.features", "[\"metrics\"]", "transport/a-relay-counts says not-applicable, which contradicts")]
    [InlineData("scenarios.6.message", null, "pairing/a-relay-rests says not-run, which contradicts")]
    [InlineData("scenarios.4.transcript", null, "pairing/a-relay-does-not-guess passed, but has no transcript")]
    [InlineData("scenarios.4.transcript", "\"../../../etc/passwd\"", "../../../etc/passwd is missing")]
    public void Report_TouchedUp_DoesNotHold(string where, string? value, string said)
    {
        _report.Edit(where, value);

        Assert.Contains(Disagreements(), disagreement => disagreement.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("durationMs", "1e300")]
    [InlineData("requirements.1.id", "\"TRN-01\"")]
    [InlineData("scenarios.1.id", "\"transport/a-relay-listens\"")]
    [InlineData("knownFailures.0.until", "\"2026-02-31\"")]
    [InlineData("scenarios.0.verdict", "\"untested\"")]
    public void Report_ThatCannotBeRead_IsAUsageError(string where, string value)
    {
        _report.Edit(where, value);

        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => StoredReport.Read(_report.File)).ExitCode);
    }

    /// <summary>What a scenario may say of itself without a contradiction, whatever the totals then say.</summary>
    [Theory]
    [InlineData("scenarios.0.tags", "[\"@TRN-01\", \"@TRN-02\"]", "transport/a-relay-listens")]
    [InlineData("scenarios.0.tags", "[]", "transport/a-relay-listens")]
    [InlineData("scenarios.2.tags", "[\"@TRN-01\", \"@TRN-03\"]", "transport/a-relay-counts")]
    [InlineData("scenarios.5.verdict", "\"not-applicable\"", "pairing/a-relay-is-quick")]
    public void Scenario_OtherwiseThanItWas_MayStillGoWithItself(string where, string value, string scenario)
    {
        _report.Edit(where, value);

        var aboutIt = Disagreements().Where(disagreement => disagreement.StartsWith(scenario, StringComparison.Ordinal));
        Assert.DoesNotContain(aboutIt, disagreement => disagreement.Contains("contradicts", StringComparison.Ordinal));
    }

    /// <summary>A control that failed proves nothing: with an expectation that was not met in it, it is still no failure.</summary>
    [Fact]
    public void Inconclusive_InItsControl_GoesWithAnExpectation()
    {
        _report.Edit("scenarios.5.stepIndex", "0");
        _report.Edit("scenarios.5.expected", "\"more\"");

        Assert.DoesNotContain(Disagreements(), disagreement => disagreement.Contains("pairing/a-relay-is-quick says", StringComparison.Ordinal));
    }

    [Fact]
    public void Report_ForgedThroughout_IsBetrayedByItsTranscript()
    {
        // Everything that says so turned into a pass, as somebody would who knows the format: the liveness check was never seen.
        foreach (var member in new[] { "message", "expected", "actual", "step", "stepIndex" })
            _report.Edit($"scenarios.0.{member}", null);
        _report.Edit("scenarios.0.verdict", "\"pass\"");
        _report.Edit("totals.pass", "3");
        _report.Edit("totals.fail", "0");
        _report.Edit("requirements.0.verdict", "\"pass\"");
        _report.Edit("requirements.0.reason", null);
        _report.Edit("knownFailures.0.state", "\"stale\"");
        const string Said = "the innocent phone reached the innocent agent 1 times instead of 2";
        Assert.Contains(Disagreements(), disagreement => disagreement.Contains(Said, StringComparison.Ordinal));
    }

    [Fact]
    public void Transcript_TouchedUpOrGone_DoesNotHold()
    {
        var transcript = _report.Transcript("pairing.a-relay-pairs.json");
        File.AppendAllText(transcript, " ");
        Assert.Contains("its SHA-256 differs", Assert.Single(Disagreements()), StringComparison.Ordinal);
        File.Delete(transcript);
        Assert.Contains("is missing", Assert.Single(Disagreements()), StringComparison.Ordinal);
        Assert.Empty(Recheck.Disagreements(StoredReport.Read(_report.File), suite: null));
    }

    private IReadOnlyList<string> Disagreements()
    {
        var stored = StoredReport.Read(_report.File);
        return [.. Recheck.Disagreements(stored, suite: null), .. TranscriptCheck.Disagreements(stored, KnownProfiles.Default, schemas: null)];
    }
}
