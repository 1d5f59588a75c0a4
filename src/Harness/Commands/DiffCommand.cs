using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Commands;

/// <summary><c>diff A B</c>: what became better and what became worse between two reports of <c>verify</c>, or two of <c>load</c>.</summary>
internal static class DiffCommand
{
    private static readonly IReadOnlyList<(ChangeKind Change, string Title)> Sections =
    [
        (ChangeKind.Regressed, "Regressed"), (ChangeKind.Lost, "No longer tested"), (ChangeKind.NewlyFailing, "Newly tested, not passed"),
        (ChangeKind.ChangedReason, "Otherwise than before"), (ChangeKind.NewlyTested, "Newly tested, passed"), (ChangeKind.Fixed, "Fixed"),
    ];

    public static Command Create()
    {
        var before = new Argument<string>("A") { Description = "The earlier report.json." };
        var after = new Argument<string>("B") { Description = "The later report.json." };
        var exact = new Option<bool>("--exact") { Description = "Any difference is exit 1, a better verdict too: for a report that is kept and must be current." };
        var delta = new Option<double>("--delta") { Description = "Of load reports: from which change on it counts, in per cent.", HelpName = "PERCENT", DefaultValueFactory = _ => 10 };
        var markdown = new Option<bool>("--markdown") { Description = "The same as --output markdown." };
        var output = new Option<string>("--output") { Description = "How to answer.", HelpName = "text|markdown|json", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "markdown", "json");
        var command = new Command("diff", """
            Compares two reports of verify, requirement by requirement, or two of load, metric by metric.

            Examples:
              coralmux-conformance diff reports/released/report.json out/report.json --output markdown
              coralmux-conformance diff before/report.json after/report.json --delta 15

            Exit codes: 0 nothing is worse, 1 something regressed, is no longer tested or newly fails, 2 usage (a report that does not follow from its own scenarios or histograms included), 4 a load run was invalid.
            """)
        {
            before, after, exact, delta, output, markdown,
        };
        command.SetAction(async (parsed, _) =>
        {
            var format = parsed.GetValue(markdown) ? "markdown" : parsed.GetValue(output)!;
            var (isLoad, isAlso) = (ReportKind.IsLoad(parsed.GetValue(before)!), ReportKind.IsLoad(parsed.GetValue(after)!));
            if (isLoad != isAlso)
                throw new CommandException(ExitCode.Usage, "One is a report of load and the other is not; compare two of a kind.");
            if (parsed.GetValue(delta) is not (>= 0 and < 1000))
                throw new CommandException(ExitCode.Usage, "--delta wants per cent, such as 10.");
            if (isLoad)
                return (int)await LoadDiffCommand.RunAsync(parsed.GetValue(before)!, parsed.GetValue(after)!, parsed.GetValue(delta) / 100, format, parsed.InvocationConfiguration.Output);
            var (former, latter) = (ReadWhole(parsed.GetValue(before)!), ReadWhole(parsed.GetValue(after)!));
            var diff = ReportDiff.Between(former.Judgement, latter.Judgement);
            var notes = Notes(former, latter).ToList();
            var differs = diff.Changes.Any(change => change.Change != ChangeKind.Same);
            var text = parsed.InvocationConfiguration.Output;
            await (format switch
            {
                "json" => text.WriteJsonAsync(new
                {
                    worse = diff.IsWorse,
                    notes,
                    same = diff.Changes.Count(change => change.Change == ChangeKind.Same),
                    changes = diff.Changes.Where(change => change.Change != ChangeKind.Same).Select(change => new
                    {
                        id = change.Id, change = Spelling(change.Change), before = change.Before?.Spelling(), after = change.After?.Spelling(), reason = change.Reason, statement = change.Statement,
                    }),
                }),
                "markdown" => WriteMarkdownAsync(diff, notes, text),
                _ => WriteTextAsync(diff, notes, text),
            });
            return (int)(diff.IsWorse || (parsed.GetValue(exact) && differs) ? ExitCode.NonConformant : ExitCode.Conformant);
        });
        return command;
    }

    private static RunReport ReadWhole(string path)
    {
        var stored = StoredReport.Read(path);
        return Recheck.Disagreements(stored, suite: null, withTranscripts: false) is [var first, ..]
            ? throw new CommandException(ExitCode.Usage, $"{path} was changed after the run: {first}.")
            : stored.Report;
    }

    private static IEnumerable<string> Notes(RunReport before, RunReport after)
    {
        if (before.SuiteHash != after.SuiteHash)
            yield return $"The two were judged by different suites ({before.SuiteVersion} {before.SuiteHash[..12]}, {after.SuiteVersion} {after.SuiteHash[..12]}).";
        if (!before.Target.Features.Order().SequenceEqual(after.Target.Features.Order()))
            yield return $"The two claim different features ({string.Join(", ", before.Target.Features)}; {string.Join(", ", after.Target.Features)}).";
    }

    private static async Task WriteTextAsync(ReportDiff diff, IReadOnlyList<string> notes, TextWriter output)
    {
        foreach (var note in notes)
            await output.WriteLineAsync($"Note: {Visible.Line(note)}");
        foreach (var (change, title) in Sections)
        {
            foreach (var (one, index) in diff.Changes.Where(one => one.Change == change).Select((one, index) => (one, index)))
            {
                if (index == 0)
                    await output.WriteLineAsync($"{title}:");
                await output.WriteLineAsync($"  {one.Id,-9}{Arrow(one)}{(one.Reason is { } reason && one.After is not Verdict.Untested ? ": " + Visible.Line(reason, 160) : "")}");
            }
        }

        await output.WriteLineAsync(Sum(diff));
    }

    private static async Task WriteMarkdownAsync(ReportDiff diff, IReadOnlyList<string> notes, TextWriter output)
    {
        await output.WriteLineAsync($"## {(diff.IsWorse ? "❌" : "✅")} {Sum(diff)}");
        foreach (var note in notes)
            await output.WriteLineAsync($"\n{MarkdownText.Plain(note)}");
        foreach (var (change, title) in Sections)
        {
            if (diff.Changes.Where(one => one.Change == change).ToList() is not [_, ..] ones)
                continue;
            await output.WriteLineAsync($"\n### {title}\n\n| Requirement | verdict | now |\n| --- | --- | --- |");
            foreach (var one in ones)
                await output.WriteLineAsync($"| **{one.Id}** {MarkdownText.Plain(one.Statement)} | {Arrow(one)} | {MarkdownText.Plain(Visible.Line(one.Reason ?? "", 300))} |");
        }
    }

    private static string Arrow(RequirementChange change) => $"{change.Before?.Spelling() ?? "absent"} → {change.After?.Spelling() ?? "absent"}";

    private static string Sum(ReportDiff diff)
    {
        var parts = Sections.Select(section => (section.Title, Count: diff.Changes.Count(change => change.Change == section.Change))).Where(part => part.Count > 0)
            .Select(part => $"{part.Title.ToLowerInvariant()}: {part.Count}");
        return $"{(diff.IsWorse ? "Worse" : "Not worse")}. {string.Join("; ", parts.Append($"the same: {diff.Changes.Count(change => change.Change == ChangeKind.Same)}"))}.";
    }

    private static string Spelling(ChangeKind change) => change switch
    {
        ChangeKind.NewlyFailing => "newly-failing",
        ChangeKind.ChangedReason => "changed-reason",
        ChangeKind.NewlyTested => "newly-tested",
        _ => change.ToString().ToLowerInvariant(),
    };
}
