using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Commands;

/// <summary><c>report R</c>: judges a stored report anew, and renders it again if it holds.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var report = new Argument<string>("REPORT") { Description = "A report.json of verify, its transcripts beside it; or one of load." };
        var withoutTranscripts = new Option<bool>("--no-transcripts") { Description = "The transcripts were not kept: judge what can be judged without them." };
        var baseline = new Option<string?>("--baseline") { Description = "Of a load report: another one, to judge thresholds with 'delta' by and to lay under the curves.", HelpName = "REPORT" };
        var directory = new Option<string?>("--out") { Description = "Write report.html, junit.xml, cucumber.ndjson, summary.md and badge.svg there.", HelpName = "DIR" };
        var command = new Command("report", """
            Judges a stored report anew from its scenarios and transcripts (of load: from its histograms), and renders it again.

            Example: coralmux-conformance report out/report.json --out out

            Exit codes: 0 the report holds (whatever its verdict), 1 it says what does not follow from what was recorded (and nothing is rendered), 2 usage.
            """)
        {
            report, withoutTranscripts, baseline, directory,
        };
        command.SetAction(async (parsed, _) =>
        {
            var path = parsed.GetValue(report)!;
            if (ReportKind.IsLoad(path))
                return (int)await LoadReportCommand.RunAsync(path, parsed.GetValue(baseline), parsed.GetValue(directory), parsed.InvocationConfiguration.Output);
            var stored = StoredReport.Read(path);
            var isOurs = stored.Report.SuiteHash == Suite.BuiltIn.ComputeHash();
            var checksTranscripts = !parsed.GetValue(withoutTranscripts);
            var disagreements = Recheck.Disagreements(stored, isOurs ? SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features: null) : null, checksTranscripts);
            if (disagreements.Count > 0)
            {
                foreach (var disagreement in disagreements)
                    await Console.Error.WriteLineAsync($"{path}: {Visible.Line(disagreement)}.");
                await Console.Error.WriteLineAsync($"This report does not hold: {disagreements.Count} disagreement{(disagreements.Count == 1 ? "" : "s")} between what it says and what was recorded.");
                return (int)ExitCode.NonConformant;
            }

            if (parsed.GetValue(directory) is { } target)
                new ReportDirectory(target).Render(stored.Report);
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync($"{Headline.Of(stored.Report)} (exit {(int)stored.Report.Judgement.ExitCode}), run {stored.Report.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
            await output.WriteLineAsync($"The report holds: {stored.Report.Results.Count} scenarios{(checksTranscripts ? $" and {stored.Transcripts.Count} transcripts" : ", no transcripts")} judged anew.");
            if (!isOurs)
                await output.WriteLineAsync("It names another suite than this program's, so levels, words and steps were taken from the report itself.");
            return (int)ExitCode.Conformant;
        });
        return command;
    }
}
