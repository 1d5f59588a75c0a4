using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Output;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Commands;

/// <summary><c>report R</c>: judges a stored report again, and renders it again if it holds.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var report = new Argument<string>("REPORT") { Description = "A report.json of verify, with its transcripts next to it; or one of load." };
        var withoutTranscripts = new Option<bool>("--no-transcripts")
        {
            Description = "The transcripts were not kept: judge what can be judged without them.",
        };
        var baseline = new Option<string?>("--baseline")
        {
            Description = "For a load report: an earlier one, for thresholds with 'delta' and as second curves in the charts.",
            HelpName = "REPORT",
        };
        var directory = new Option<string?>("--out")
        {
            Description = "Write report.html, junit.xml, cucumber.ndjson, summary.md and badge.svg there.",
            HelpName = "DIR",
        };
        var command = new Command("report", """
            Judges a stored report again from its scenarios and transcripts (of load: from its histograms), and renders it again.

            Example: coralmux-conformance report out/report.json --out out

            Exit codes: 0 the report holds (whatever its verdict), 1 it says something that does not follow from what was recorded
            (and nothing is rendered), 2 usage.
            """)
        {
            report, withoutTranscripts, baseline, directory,
        };
        command.SetAction(async (parsed, _) =>
        {
            var path = parsed.GetValue(report)!;
            if (ReportKind.IsLoad(path))
            {
                return (int)await LoadReportCommand.RunAsync(
                    path, parsed.GetValue(baseline), parsed.GetValue(directory), parsed.InvocationConfiguration.Output);
            }

            return (int)await RunAsync(path, !parsed.GetValue(withoutTranscripts), parsed.GetValue(directory), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static async Task<ExitCode> RunAsync(string path, bool checksTranscripts, string? directory, TextWriter output)
    {
        var stored = StoredReport.Read(path);
        var profile = KnownProfiles.Default;
        var isOurs = stored.Report.SuiteHash == Suite.BuiltIn.ComputeHash();
        var disagreements = Recheck.Disagreements(stored, isOurs ? SuitePlan.Load(Suite.BuiltIn, profile, features: null) : null).ToList();
        if (checksTranscripts)
            disagreements.AddRange(TranscriptCheck.Disagreements(stored, profile, isOurs ? SchemaCatalog.Load(Suite.BuiltIn.Schemas) : null));
        if (disagreements.Count > 0)
        {
            foreach (var disagreement in disagreements)
                await Console.Error.WriteLineAsync($"{path}: {Visible.Line(disagreement)}.");
            var count = $"{disagreements.Count} disagreement{(disagreements.Count == 1 ? "" : "s")}";
            await Console.Error.WriteLineAsync($"This report does not hold: {count} between what it says and what was recorded.");
            return ExitCode.NonConformant;
        }

        var report = stored.Report;
        if (directory is not null)
            new ReportDirectory(directory).Render(report);
        var transcripts = checksTranscripts ? $" and {stored.Transcripts.Count} transcripts" : ", no transcripts";
        await output.WriteLineAsync($"{Headline.Of(report)} (exit {(int)report.Judgement.ExitCode}), run {report.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
        await output.WriteLineAsync($"The report holds: {report.Results.Count} scenarios{transcripts} judged again.");
        if (!isOurs)
            await output.WriteLineAsync("It names another suite than this program's, so levels, words and steps were taken from the report itself.");
        return ExitCode.Conformant;
    }
}
