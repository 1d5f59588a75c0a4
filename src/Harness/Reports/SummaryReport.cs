using System.Globalization;
using System.Text;
using CoralMux.Harness.Basics;
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
        var sign = Headline.Style(report) switch { "pass" => "✅", "fail" => "❌", "warn" => "⚠️", _ => "❔" };
        text.WriteLine($"## {sign} {MarkdownText.Plain(Headline.Of(report))}");
        text.WriteLine();
        text.WriteLine($"{MarkdownText.Code(report.Target.Url ?? "")} · {report.Count(Verdict.Pass)} of {report.Results.Count} scenarios passed · {Headline.Count(report, RequirementLevel.Must, Verdict.Pass)} MUST, {Headline.Count(report, RequirementLevel.Should, Verdict.Pass)} SHOULD met · seed {report.Seed} · {report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC · suite {MarkdownText.Plain(report.SuiteVersion)} {MarkdownText.Code(report.SuiteHash[..12])} · exit {(int)report.Judgement.ExitCode}");
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
        text.WriteLine("| Chapter | pass | fail | warn | unclear | n/a | untested |");
        text.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var chapter in report.Judgement.Requirements.GroupBy(result => result.Requirement.Chapter))
        {
            string Cell(params Verdict[] verdicts) => chapter.Count(result => verdicts.Contains(result.Verdict)) is > 0 and var count ? count.ToString(CultureInfo.InvariantCulture) : "";
            text.WriteLine($"| {MarkdownText.Plain(chapter.Key)} | {Cell(Verdict.Pass)} | {Cell(Verdict.Fail)} | {Cell(Verdict.Warn)} | {Cell(Verdict.Inconclusive, Verdict.NotRun)} | {Cell(Verdict.NotApplicable)} | {Cell(Verdict.Untested)} |");
        }
    }

    private static void WriteKnownFailures(RunReport report, StreamWriter text)
    {
        if (report.Judgement.KnownFailures.Count == 0)
            return;
        text.WriteLine("\n| Known failure | state | reason | link |\n| --- | --- | --- | --- |");
        foreach (var (entry, state) in report.Judgement.KnownFailures)
            text.WriteLine($"| {MarkdownText.Plain(entry.ToString())} | {(state is KnownFailureState.Stale or KnownFailureState.Expired ? $"**{state.Spelling()}**" : state.Spelling())} | {MarkdownText.Plain(entry.Reason)} | {MarkdownText.Plain(entry.Link)} |");
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

        Quote("step", result.Step is { } step ? $"{result.Scenario.File}:{step.Line} {step.Keyword} {step.Text}" : null);
        Quote("expected", result.Expected);
        Quote(result.Expected is null ? "reason" : "actual", result.Actual ?? result.Message);
        foreach (var violation in result.Violations)
            Quote($"noticed in passing, {violation.Requirement}", $"expected {violation.Expected}; the {violation.Connection} got {violation.Actual}");
        Quote("again", RerunCommand.Of(report, result));
    }
}
