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
        var withoutTranscripts = new Option<bool>("--no-transcripts") { Description = "Judge without the transcripts: they were not kept." };
        var baseline = ValueOption.Create<string?>(
            "--baseline", "REPORT", "For a load report: an earlier one, for thresholds with 'delta' and as second curves in the charts.");
        var directory = ValueOption.Create<string?>("--out", "DIR", "Write report.html, junit.xml, cucumber.ndjson, summary.md and badge.svg there.");
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
            var (path, target, output) = (parsed.GetValue(report)!, parsed.GetValue(directory), parsed.InvocationConfiguration.Output);
            return (int)(ReportKind.IsLoad(path)
                ? await LoadReportCommand.RunAsync(path, parsed.GetValue(baseline), target, output)
                : await RunAsync(path, !parsed.GetValue(withoutTranscripts), target, output));
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
            disagreements.AddRange(TranscriptCheck.Disagreements(stored, profile, isOurs ? SchemaCatalog.Load(Suite.BuiltIn) : null));
        if (!await HoldsAsync(path, disagreements))
            return ExitCode.NonConformant;
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

    /// <summary>Writes disagreements to stderr; false where there are any.</summary>
    public static async Task<bool> HoldsAsync(string path, IReadOnlyList<string> disagreements)
    {
        foreach (var disagreement in disagreements)
            await Console.Error.WriteLineAsync($"{path}: {Visible.Line(disagreement)}.");
        var count = $"{disagreements.Count} disagreement{(disagreements.Count == 1 ? "" : "s")}";
        if (disagreements.Count > 0)
            await Console.Error.WriteLineAsync($"This report does not hold: {count} between what it says and what was recorded.");
        return disagreements.Count == 0;
    }
}
