using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Compare;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Commands;

/// <summary><c>diff A B</c> of two reports of <c>load</c>, <c>capacity</c> or <c>merge</c>.</summary>
internal static class LoadDiffCommand
{
    /// <param name="share">The smallest relative change that counts: 0.1 is 10 %.</param>
    public static async Task<ExitCode> RunAsync(string before, string after, double share, string format, TextWriter output)
    {
        var (former, latter) = (ReadWhole(before), ReadWhole(after));
        var diff = LoadDiff.Between(former, latter, share);
        var notes = LoadDiffReport.Notes(former, latter).ToList();
        await (format switch
        {
            "json" => output.WriteJsonAsync(new
            {
                worse = diff.IsWorse,
                notes,
                changes = diff.Changes.Select(one => new
                {
                    name = one.Name, change = LoadDiffReport.Spelling(one.Change), before = one.Before, after = one.After,
                    unit = Word.Of(one.Unit), ratio = one.Ratio,
                }),
            }),
            "markdown" => LoadDiffReport.WriteMarkdownAsync(diff, notes, output),
            _ => LoadDiffReport.WriteTextAsync(diff, notes, output),
        });
        return diff.IsWorse ? ExitCode.NonConformant : ExitCode.Conformant;
    }

    private static LoadReport ReadWhole(string path)
    {
        var report = LoadReportFile.Read(path);
        if (LoadRecheck.Disagreements(report, baseline: null) is [var first, ..])
            throw new CommandException(ExitCode.Usage, $"{path} was changed after the run: {first}.");
        return report.Validity.Valid
            ? report
            : throw new CommandException(
                ExitCode.Incomplete, $"{path} is of an invalid run and cannot be compared: {string.Join(" ", report.Validity.Reasons)}");
    }
}
