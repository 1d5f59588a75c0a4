using System.Globalization;
using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary><c>summary.md</c>, for a CI's step summary: the verdict, the chapters, and each trouble in a few lines.</summary>
public static class SummaryReport
{
    /// <summary>A step summary holds 1 MiB; the rest is in the HTML.</summary>
    private const int TroublesShown = 50;
    private const int QuoteWidth = 600;

    public static void Write(RunReport report, Stream output)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var sign = Headline.Style(report) switch { Verdict.Pass => "✅", Verdict.Fail => "❌", Verdict.Warn => "⚠️", _ => "❔" };
        text.WriteLine($"## {sign} {MarkdownText.Plain(Headline.Of(report))}");
        text.WriteLine();
        int Met(RequirementLevel level) => Headline.Count(report, level, Verdict.Pass);
        string[] facts =
        [
            MarkdownText.Code(report.Target.Url ?? ""), $"{report.Count(Verdict.Pass)} of {report.Results.Count} scenarios passed",
            $"{Met(RequirementLevel.Must)} MUST, {Met(RequirementLevel.Should)} SHOULD met", $"seed {report.Seed}",
            $"{report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC",
            $"suite {MarkdownText.Plain(report.SuiteVersion)} {MarkdownText.Code(report.SuiteHash[..12])}", $"exit {(int)report.Judgement.ExitCode}",
        ];
        text.WriteLine(string.Join(" · ", facts));
        text.WriteLine();
        WriteChapters(report, text);
        WriteKnownFailures(report, text);

        var troubles = report.Troubles.Concat(report.Results.Where(result => !result.IsTrouble && result.Violations.Count > 0)).ToList();
        foreach (var result in troubles.Take(TroublesShown))
            WriteTrouble(report, result, text);
        if (troubles.Count > TroublesShown)
            text.WriteLine($"\n… and {troubles.Count - TroublesShown} more; see `report.html`.");
    }

    private static void WriteChapters(RunReport report, StreamWriter text)
    {
        var columns = VerdictColumn.All;
        text.WriteLine($"| Chapter | {string.Join(" | ", columns.Select(column => column.Name))} |");
        text.WriteLine($"| --- |{string.Concat(columns.Select(_ => " ---: |"))}");
        foreach (var chapter in report.Judgement.Requirements.GroupBy(result => result.Requirement.Chapter))
        {
            var counts = columns.Select(column => column.Count(chapter)).Select(count => count > 0 ? count.ToString(CultureInfo.InvariantCulture) : "");
            text.WriteLine($"| {MarkdownText.Plain(chapter.Key)} | {string.Join(" | ", counts)} |");
        }
    }

    private static void WriteKnownFailures(RunReport report, StreamWriter text)
    {
        if (report.Judgement.KnownFailures.Count == 0)
            return;
        text.WriteLine("\n| Known failure | state | reason | link |\n| --- | --- | --- | --- |");
        foreach (var outcome in report.Judgement.KnownFailures)
        {
            var state = outcome.IsRotten ? $"**{outcome.State.Spelling()}**" : outcome.State.Spelling();
            var (entry, reason, link) = (outcome.Entry.ToString(), outcome.Entry.Reason, outcome.Entry.Link);
            text.WriteLine($"| {MarkdownText.Plain(entry)} | {state} | {MarkdownText.Plain(reason)} | {MarkdownText.Plain(link)} |");
        }
    }

    private static void WriteTrouble(RunReport report, ScenarioResult result, StreamWriter text)
    {
        text.WriteLine();
        text.WriteLine($"### {result.Verdict.Spelling()}: {MarkdownText.Plain(result.Scenario.Name)}");
        text.WriteLine();
        foreach (var one in report.Judgement.Requirements.Where(one => result.Scenario.Requirements.Contains(one.Requirement.Id)))
            text.WriteLine($"> **{one.Requirement.Id}** {MarkdownText.Plain(one.Requirement.Statement)}\n>");
        text.WriteLine();
        void Quote(string name, string? value)
        {
            if (value is not null)
                text.WriteLine($"- {name}: {MarkdownText.Code(Visible.Line(value, QuoteWidth))}");
        }

        Quote("step", PlainReport.StepOf(result));
        Quote("expected", result.Expected);
        Quote(result.Expected is null ? "reason" : "actual", result.Actual ?? result.Message);
        foreach (var violation in result.Violations)
            Quote($"noticed in passing, {violation.Requirement}", EvidenceText.Of(violation));
        Quote("again", RerunCommand.Of(report, result));
    }
}
