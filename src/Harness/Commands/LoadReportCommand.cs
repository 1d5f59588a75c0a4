using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Compare;
using CoralMux.Harness.Load.Html;
using CoralMux.Harness.Load.Output;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports;

namespace CoralMux.Harness.Commands;

/// <summary><c>report R</c> of a report of <c>load</c>, <c>capacity</c> or <c>merge</c>.</summary>
internal static class LoadReportCommand
{
    public static async Task<ExitCode> RunAsync(string path, string? baseline, string? directory, TextWriter output)
    {
        var report = LoadReportFile.Read(path);
        var former = baseline is null ? null : LoadReportFile.Read(baseline);
        if (!await ReportCommand.HoldsAsync(path, LoadRecheck.Disagreements(report, former)))
            return ExitCode.NonConformant;
        if (directory is not null)
            LoadReportDirectory.Render(directory, report, former);
        await output.WriteLineAsync($"{LoadWords.Headline(report)} (exit {report.ExitCode}), run {report.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
        await output.WriteLineAsync($"The report holds: {report.Metrics.Count} histograms and {report.Thresholds.Count} thresholds judged again.");
        return ExitCode.Conformant;
    }
}
