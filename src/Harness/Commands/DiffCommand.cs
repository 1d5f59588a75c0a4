using System.CommandLine;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Commands;

/// <summary><c>diff A B</c>: what became better and what became worse between two reports of <c>verify</c>, or two of <c>load</c>.</summary>
internal static class DiffCommand
{
    private static readonly IReadOnlyList<(ChangeKind Change, string Title)> Sections =
    [
        (ChangeKind.Regressed, "Regressed"), (ChangeKind.Lost, "No longer tested"), (ChangeKind.NewlyFailing, "Newly tested, not passed"),
        (ChangeKind.ChangedReason, "Failure reason changed"), (ChangeKind.NewlyTested, "Newly tested, passed"), (ChangeKind.Fixed, "Fixed"),
    ];

    public static Command Create()
    {
        var before = new Argument<string>("A") { Description = "The earlier report.json." };
        var after = new Argument<string>("B") { Description = "The later report.json." };
        var exact = new Option<bool>("--exact") { Description = "Exit 1 for any difference, even a better verdict: for a report that must stay current." };
        var delta = ValueOption.Create("--delta", "PERCENT", "For load reports: the smallest change that counts, in percent.", 10.0);
        var markdown = new Option<bool>("--markdown") { Description = "The same as --output markdown." };
        var output = ValueOption.Create("--output", "text|markdown|json", "Output format.", "text");
        output.AcceptOnlyFromAmong("text", "markdown", "json");
        var command = new Command("diff", """
            Compares two reports of verify, requirement by requirement, or two of load, metric by metric.

            Examples:
              coralmux-conformance diff reports/released/report.json out/report.json --output markdown
              coralmux-conformance diff before/report.json after/report.json --delta 15

            Exit codes: 0 nothing is worse, 1 something regressed, is no longer tested or newly fails, 2 usage (also a report that
            does not follow from its own scenarios or histograms), 4 a load run was invalid.
            """)
        {
            before, after, exact, delta, output, markdown,
        };
        command.SetAction(async (parsed, _) =>
        {
            var format = parsed.GetValue(markdown) ? "markdown" : parsed.GetValue(output)!;
            var (former, latter) = (parsed.GetValue(before)!, parsed.GetValue(after)!);
            var isLoad = ReportKind.IsLoad(former);
            if (isLoad != ReportKind.IsLoad(latter))
                throw new CommandException(ExitCode.Usage, "One is a report of load and the other is not; compare two of the same kind.");
            if (parsed.GetValue(delta) is not (>= 0 and < 1000) and var percent)
                throw new CommandException(ExitCode.Usage, $"--delta must be at least 0 and less than 1000 percent, and {percent} is not.");
            var text = parsed.InvocationConfiguration.Output;
            return (int)(isLoad
                ? await LoadDiffCommand.RunAsync(former, latter, parsed.GetValue(delta) / 100, format, text)
                : await RunAsync(ReadWhole(former), ReadWhole(latter), parsed.GetValue(exact), format, text));
        });
        return command;
    }

    private static async Task<ExitCode> RunAsync(RunReport before, RunReport after, bool isExact, string format, TextWriter output)
    {
        var diff = ReportDiff.Between(before.Judgement, after.Judgement);
        var notes = Notes(before, after).ToList();
        await (format switch
        {
            "json" => WriteJsonAsync(diff, notes, output),
            "markdown" => WriteMarkdownAsync(diff, notes, output),
            _ => WriteTextAsync(diff, notes, output),
        });
        return diff.IsWorse || (isExact && Same(diff) < diff.Changes.Count) ? ExitCode.NonConformant : ExitCode.Conformant;
    }

    private static RunReport ReadWhole(string path)
    {
        var stored = StoredReport.Read(path);
        return Recheck.Disagreements(stored, suite: null) is [var first, ..]
            ? throw new CommandException(ExitCode.Usage, $"{path} was changed after the run: {first}.")
            : stored.Report;
    }

    private static IEnumerable<string> Notes(RunReport before, RunReport after)
    {
        if (before.SuiteHash != after.SuiteHash)
            yield return $"The two were judged by different suites ({Suite(before)}, {Suite(after)}).";
        if (!before.Target.Features.Order().SequenceEqual(after.Target.Features.Order()))
            yield return $"The two claim different features ({string.Join(", ", before.Target.Features)}; {string.Join(", ", after.Target.Features)}).";
    }

    private static string Suite(RunReport report) => $"{report.SuiteVersion} {report.SuiteHash[..12]}";

    private static int Same(ReportDiff diff) => diff.Changes.Count(change => change.Change == ChangeKind.Same);

    private static Task WriteJsonAsync(ReportDiff diff, IReadOnlyList<string> notes, TextWriter output) => output.WriteJsonAsync(new
    {
        worse = diff.IsWorse,
        notes,
        same = Same(diff),
        changes = diff.Changes.Where(change => change.Change != ChangeKind.Same).Select(change => new
        {
            id = change.Id, change = JsonNamingPolicy.KebabCaseLower.ConvertName(change.Change.ToString()),
            before = change.Before?.Spelling(), after = change.After?.Spelling(), reason = change.Reason, statement = change.Statement,
        }),
    });

    private static async Task WriteTextAsync(ReportDiff diff, IReadOnlyList<string> notes, TextWriter output)
    {
        foreach (var note in notes)
            await output.WriteLineAsync($"Note: {Visible.Line(note)}");
        foreach (var (title, changes) in Filled(diff))
        {
            await output.WriteLineAsync($"{title}:");
            foreach (var change in changes)
            {
                var reason = change.Reason is { } text && change.After is not Verdict.Untested ? ": " + Visible.Line(text, 160) : "";
                await output.WriteLineAsync($"  {change.Id,-9}{Arrow(change)}{reason}");
            }
        }

        await output.WriteLineAsync(Sum(diff));
    }

    private static async Task WriteMarkdownAsync(ReportDiff diff, IReadOnlyList<string> notes, TextWriter output)
    {
        await output.WriteLineAsync($"## {(diff.IsWorse ? "❌" : "✅")} {Sum(diff)}");
        foreach (var note in notes)
            await output.WriteLineAsync($"\n{MarkdownText.Plain(note)}");
        foreach (var (title, changes) in Filled(diff))
        {
            await output.WriteLineAsync($"\n### {title}\n\n| Requirement | verdict | now |\n| --- | --- | --- |");
            foreach (var change in changes)
            {
                var reason = MarkdownText.Plain(Visible.Line(change.Reason ?? "", 300));
                await output.WriteLineAsync($"| **{change.Id}** {MarkdownText.Plain(change.Statement)} | {Arrow(change)} | {reason} |");
            }
        }
    }

    private static string Arrow(RequirementChange change) => $"{change.Before?.Spelling() ?? "absent"} → {change.After?.Spelling() ?? "absent"}";

    private static string Sum(ReportDiff diff)
    {
        var parts = Filled(diff).Select(section => $"{section.Title.ToLowerInvariant()}: {section.Changes.Count()}");
        return $"{(diff.IsWorse ? "Worse" : "Not worse")}. {string.Join("; ", parts.Append($"the same: {Same(diff)}"))}.";
    }

    // The sections that have an entry.
    private static IEnumerable<(string Title, IEnumerable<RequirementChange> Changes)> Filled(ReportDiff diff) =>
        Sections.Select(section => (section.Title, diff.Changes.Where(change => change.Change == section.Change))).Where(section => section.Item2.Any());
}
