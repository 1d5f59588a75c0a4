using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Output;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Shards;

namespace CoralMux.Harness.Commands;

/// <summary><c>merge DIR…</c>: joins the shards of one load run and judges the thresholds.</summary>
internal static class LoadMergeCommand
{
    public static Command Create()
    {
        var shards = new Argument<string[]>("DIR") { Description = "The --out directory of each shard.", Arity = ArgumentArity.OneOrMore };
        var directory = new Option<string?>("--out") { Description = "Write the reports of the whole run to this directory.", HelpName = "DIR" };
        var baseline = new Option<string?>("--baseline") { Description = "A report.json to compare with.", HelpName = "REPORT" };
        var output = OutputOption.Create();
        var command = new Command("merge", """
            Joins the shards of one load run exactly, and judges the thresholds on the whole.

            Example: coralmux-conformance merge shard-0 shard-1 shard-2 shard-3 --out whole

            Exit codes: 0 thresholds met, 1 a threshold missed or an invariant violated, 2 usage,
            4 a shard is missing, there twice, late, of another run, or was invalid.
            """)
        {
            shards, directory, baseline, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            var former = parsed.GetValue(baseline) is { } path ? LoadReportFile.Read(path) : null;
            var files = parsed.GetValue(directory) is { } target ? new LoadReportDirectory(target) : null;
            var report = LoadMerge.Merge(parsed.GetValue(shards)!, former, files is null ? null : startedAt => new HistogramLog(files.HistogramLog, startedAt));
            files?.Write(report, former);
            var text = parsed.GetValue(output) == "json" ? LoadReportFile.ToText(report) : LoadSummary.Text(report);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(text);
            return report.ExitCode;
        });
        return command;
    }
}
