using System.Text;
using System.Text.Json;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Output;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Tests.Protocol;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>The bytes of <c>report.json</c> and of a transcript file: other programs read them, so they change on purpose only.</summary>
public sealed class ReportBytesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-bytes-").FullName;

    public ReportBytesTests() => new ReportDirectory(_directory).Write(WithEveryMember());

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("report.json", "report.json")]
    [InlineData("transcript.json", "transcripts", "transport.a-relay-listens.json")]
    public void File_OfARunWithEveryMember_IsTheExample(string example, params string[] file)
    {
        var expected = File.ReadAllText(Repository.At("tests", "Harness.Tests", "Reports", "Examples", example));
        Assert.Equal(expected, File.ReadAllText(Path.Combine([_directory, .. file])));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("""[{"atMs":1,"connection":null,"direction":"sent","kind":"text","length":1}]""")]
    [InlineData("""[{"atMs":1,"connection":"phone","direction":1,"kind":"text","length":1}]""")]
    [InlineData("""[{"atMs":1,"connection":"phone","direction":"sent","kind":"text","length":1,"base64":"!"}]""")]
    public void Transcript_ThatIsNotOne_IsRefused(string content) =>
        Assert.Throws<JsonException>(() => TranscriptFile.Read(Encoding.UTF8.GetBytes(content)));

    // A hostile run has most members; here it gets the rest.
    private static RunReport WithEveryMember()
    {
        var run = HostileRun.Create();
        var cut = run.Results[0].Transcript[^1] with { Kind = "text", Bytes = "start"u8.ToArray(), Length = 5_000_000, Sha256 = new string('a', 64) };
        var known = run.Judgement.KnownFailures;
        return run with
        {
            SuiteVersion = "1.0.0",
            Results =
            [
                run.Results[0] with { IsHarnessFault = true, Transcript = [.. run.Results[0].Transcript, cut] },
                .. run.Results.Skip(1),
            ],
            Judgement = run.Judgement with
            {
                KnownFailures = [known[0] with { Entry = known[0].Entry with { Until = new DateOnly(2026, 2, 3) } }, .. known.Skip(1)],
                Requirements =
                [
                    .. run.Judgement.Requirements.SkipLast(1),
                    run.Judgement.Requirements[^1] with { Verdict = Verdict.Untested, Scenarios = [], Reason = "untestable.md: so", IsExcluded = true },
                ],
            },
        };
    }
}
