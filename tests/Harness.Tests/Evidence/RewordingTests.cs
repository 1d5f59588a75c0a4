using CoralMux.Harness.Evidence;
using CoralMux.Harness.Reports.Sequence;
using CoralMux.Harness.Tests.Targets.Useless;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Evidence;

/// <summary>Sentences are for people: with every one of them replaced, pictures, verdicts and comparisons stay what they are.</summary>
public sealed class RewordingTests
{
    [Fact]
    public async Task EverySentence_Replaced_ChangesNoPictureAndNoVerdict()
    {
        var results = await UselessRun.ResultsAsync(
            Fault.ClosesOnEveryError, planned => planned.Scenario.File is "pairs/errors.feature" or "pairs/envelope.feature");
        Assert.Contains(results, result => result.Unmet is { } unmet && unmet.Offending.Any());
        Assert.Contains(results, result => result.Unmet?.MissedBy is not null);

        var reworded = results.Select(Reword).ToList();
        foreach (var (before, after) in results.Zip(reworded))
            Assert.Equal(Outline(before), Outline(after));

        var (judged, judgedAgain) = (UselessRun.Judge(results), UselessRun.Judge(reworded));
        Assert.Equal(judged.ExitCode, judgedAgain.ExitCode);
        Assert.All(ReportDiff.Between(judged, judgedAgain).Changes, change => Assert.Equal(ChangeKind.Same, change.Change));
    }

    private static ScenarioResult Reword(ScenarioResult result) => result with
    {
        Message = result.Message is null ? null : "something",
        Unmet = result.Unmet is { } unmet ? Reword(unmet) : null,
        Violations = [.. result.Violations.Select(violation => violation with { Finding = Reword(violation.Finding) })],
    };

    private static Finding Reword(Finding finding) => new(finding.Expected.Reworded(_ => "·"), finding.Actual.Reworded(_ => "·"));

    // What a reader sees, but for the words of what is missing.
    private static string Outline(ScenarioResult result)
    {
        var picture = new SequencePicture(result);
        var rows = picture.Rows.Select(row => row with { Label = row.Kind == SequenceRowKind.Missing ? "" : row.Label }).Select(row => row.ToString());
        return string.Join('\n', [$"{result.Verdict} {result.Cause}", .. picture.Left, "|", .. picture.Right, .. rows]);
    }
}
