using System.Text;
using System.Text.Json.Nodes;
using CoralMux.Harness.Reports;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>A stored report, read again: it holds as it was written, and not as somebody might have touched it up.</summary>
public sealed class RecheckTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-recheck-").FullName;

    public RecheckTests() => new ReportDirectory(_directory).Write(HostileRun.Create());

    private string Report => Path.Combine(_directory, "report.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Report_ReadAndWrittenAgain_IsTheSameBytes()
    {
        using var again = new MemoryStream();
        JsonReport.Write(StoredReport.Read(Report).Report, again);
        Assert.Equal(File.ReadAllText(Report), Encoding.UTF8.GetString(again.ToArray()));
    }

    [Fact]
    public void Report_Untouched_Holds() => Assert.Empty(Disagreements());

    [Theory]
    [InlineData("totals.pass", "3", "totals.pass says 3, but 2 scenarios are pass")]
    [InlineData("exitCode", "0", "exitCode says 0, but 1 follows")]
    [InlineData("conformant", "true", "conformant says true")]
    [InlineData("requirements.0.verdict", "\"pass\"", "TRN-01 says pass, but fail follows")]
    [InlineData("requirements.0.scenarios", "[]", "TRN-01 names other scenarios")]
    [InlineData("scenarios.0.verdict", "\"pass\"", "transport/a-relay-listens says pass, which does not go with")]
    [InlineData("scenarios.0.verdict", "\"not-run\"", "transport/a-relay-listens says not-run, which does not go with")]
    [InlineData("scenarios.2.verdict", "\"pass\"", "transport/a-relay-counts says pass, which does not go with")]
    [InlineData("scenarios.0.requirements", "[]", "transport/a-relay-listens is tagged with other requirements")]
    [InlineData("scenarios.3.violations", "[]", "PAIR-02 says fail, but pass follows")]
    [InlineData("knownFailures.1.state", "\"not-judged\"", "PAIR-01 in pairing/a-relay-pairs says not-judged, but stale follows")]
    [InlineData("scenarios.4.transcript", null, "pairing/a-relay-does-not-guess passed, but has no transcript")]
    [InlineData("scenarios.4.transcript", "\"../../../etc/passwd\"", "../../../etc/passwd is missing")]
    public void Report_TouchedUp_DoesNotHold(string where, string? value, string said)
    {
        Edit(where, value);

        Assert.Contains(Disagreements(), disagreement => disagreement.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Report_ForgedThroughout_IsBetrayedByItsTranscript()
    {
        // Everything that says so turned into a pass, as somebody would who knows the format: the liveness check was never seen.
        foreach (var member in new[] { "message", "expected", "actual", "step", "stepIndex" })
            Edit($"scenarios.0.{member}", null);
        Edit("scenarios.0.verdict", "\"pass\"");
        Edit("totals.pass", "3");
        Edit("totals.fail", "0");
        Edit("requirements.0.verdict", "\"pass\"");
        Edit("requirements.0.reason", null);
        Edit("knownFailures.0.state", "\"stale\"");
        Assert.Contains(Disagreements(), disagreement => disagreement.Contains("the innocent phone reached the innocent agent 1 times instead of 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Transcript_TouchedUpOrGone_DoesNotHold()
    {
        var transcript = Path.Combine(_directory, "transcripts", "pairing.a-relay-pairs.json");
        File.AppendAllText(transcript, " ");
        Assert.Contains("its SHA-256 is another", Assert.Single(Disagreements()), StringComparison.Ordinal);
        File.Delete(transcript);
        Assert.Contains("is missing", Assert.Single(Disagreements()), StringComparison.Ordinal);
        Assert.Empty(Recheck.Disagreements(StoredReport.Read(Report), suite: null, withTranscripts: false));
    }

    private IReadOnlyList<string> Disagreements() => Recheck.Disagreements(StoredReport.Read(Report), suite: null, withTranscripts: true);

    private void Edit(string where, string? value)
    {
        var root = JsonNode.Parse(File.ReadAllText(Report))!;
        var at = root;
        var path = where.Split('.');
        foreach (var part in path[..^1])
            at = int.TryParse(part, out var index) ? at[index]! : at[part]!;
        if (value is null)
            at.AsObject().Remove(path[^1]);
        else
            at[path[^1]] = JsonNode.Parse(value);
        File.WriteAllText(Report, root.ToJsonString());
    }
}
