using CoralMux.Harness.Proof;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;
using Spectre.Console;

namespace CoralMux.Harness.Reports;

/// <summary>What a person sees of a finished run: a table by chapter, then every trouble explained, then the verdict.</summary>
public sealed class ConsoleReport(IAnsiConsole console)
{
    private const int FramesShown = 6;
    private const int FramePrefix = 36;
    private const int MostOneByOne = 5;

    public void Write(RunReport report)
    {
        console.WriteLine();
        console.Write(ChapterTable(report));
        // The same reason of many scenarios, such as an interruption, is written once.
        foreach (var alike in report.Troubles.GroupBy(trouble => trouble.Expected is null ? trouble.Message! : trouble.Scenario.Id))
        {
            if (alike.Count() > MostOneByOne)
            {
                console.MarkupLineInterpolated($"\n[fuchsia bold]{alike.First().Verdict.Spelling()}[/] {alike.Count()} scenarios: {alike.Key}");
                continue;
            }

            foreach (var trouble in alike)
                WriteTrouble(report, trouble);
        }

        WriteNoticed(report);
        WriteVerdict(report);
    }

    private static Table ChapterTable(RunReport report)
    {
        var table = new Table().RoundedBorder().BorderColor(Color.Grey).AddColumn("Chapter");
        foreach (var column in VerdictColumn.All)
            table.AddColumn(new TableColumn($"[{Colour(column.Style)}]{column.Name}[/]").RightAligned());
        foreach (var chapter in report.Judgement.Requirements.GroupBy(result => result.Requirement.Chapter))
            table.AddRow([Markup.Escape(chapter.Key), .. VerdictColumn.All.Select(column => Cell(column, column.Count(chapter)))]);
        return table;
    }

    private static string Cell(VerdictColumn column, int count) =>
        count == 0 ? "[grey]·[/]" : $"[{Colour(column.Style)}{(column.Style == Verdict.Fail ? " bold" : "")}]{count}[/]";

    private static string Colour(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "green",
        Verdict.Fail => "red",
        Verdict.Warn => "yellow",
        Verdict.NotApplicable or Verdict.Untested => "grey",
        _ => "fuchsia",
    };

    private void WriteTrouble(RunReport report, ScenarioResult result)
    {
        var colour = Colour(result.Verdict);
        var requirements = string.Join(' ', result.Scenario.Requirements);
        console.WriteLine();
        console.MarkupLineInterpolated($"[{colour} bold]{result.Verdict.Spelling()}[/] [bold]{requirements}[/] {result.Scenario.Name}");
        foreach (var requirement in result.Scenario.Requirements)
        {
            if (report.Judgement.Requirements.FirstOrDefault(one => one.Requirement.Id == requirement) is { } judged)
                console.MarkupLineInterpolated($"  [grey]requirement[/]  {judged.Requirement.Statement}");
        }

        if (PlainReport.StepOf(result) is { } step)
            console.MarkupLineInterpolated($"  [grey]step       [/]  {step}");
        if (result.Expected is null)
        {
            console.MarkupLineInterpolated($"  [grey]reason     [/]  {result.Message}");
            return;
        }

        console.MarkupLineInterpolated($"  [grey]expected   [/]  {Printable(result.Expected)}");
        console.MarkupLineInterpolated($"  [grey]actual     [/]  [{colour}]{Printable(result.Actual ?? "")}[/]");
        foreach (var mutant in KnownMutant.LookingLike(KillMatrixFile.BuiltIn.Mutants, result))
            console.MarkupLineInterpolated($"  [grey]looks like [/]  {mutant.Does}");
        foreach (var entry in LastFrames(result))
        {
            var frame = Printable(Describe(entry), console.Profile.Width - FramePrefix);
            console.MarkupLineInterpolated($"  [grey]{entry.At.TotalMilliseconds,8:0.0} ms  {entry.Connection,-15} {Arrow(entry)} {frame}[/]");
        }
    }

    private void WriteNoticed(RunReport report)
    {
        var all = report.Results.SelectMany(result => result.Violations.Select(violation => (result.Scenario, Violation: violation)));
        foreach (var noticed in all.GroupBy(pair => pair.Violation.Requirement))
        {
            var (scenario, first) = noticed.First();
            console.WriteLine();
            console.MarkupLineInterpolated($"[red bold]noticed[/] [bold]{noticed.Key}[/] in {noticed.Count()} place(s), first in {scenario.Id}");
            console.MarkupLineInterpolated($"  [grey]expected   [/]  {Printable(first.Expected)}");
            console.MarkupLineInterpolated($"  [grey]actual     [/]  the {first.Connection} got [red]{Printable(first.Actual)}[/]");
        }
    }

    private void WriteVerdict(RunReport report)
    {
        var judged = report.Judgement.Requirements;
        string Met(RequirementLevel level) => $"{Headline.Count(report, level, Verdict.Pass)} {level.ToString().ToUpperInvariant()}";
        var met = string.Join(", ", Enum.GetValues<RequirementLevel>().Select(Met));
        var untested = judged.Count(result => result.Verdict == Verdict.Untested);
        var passed = $"{report.Count(Verdict.Pass)} of {report.Results.Count} scenarios passed";
        console.WriteLine();
        console.MarkupLineInterpolated($"{passed} in {report.Duration.TotalSeconds:0.0} s: {met} of {judged.Count} requirements; {untested} not tested.");
        foreach (var outcome in report.Judgement.KnownFailures)
        {
            var known = $"known failure {outcome.Entry}: {PlainReport.Say(outcome)}";
            console.MarkupLineInterpolated($"[{(outcome.IsRotten ? "red" : "grey")}]{known}[/] [grey]({Printable(outcome.Entry.Reason)})[/]");
        }

        var conformant = report.Judgement.Conformant ? ": every MUST that this version of the suite tests was met" : "";
        console.MarkupLineInterpolated(
            $"[{Colour(Headline.Style(report))} bold]{Headline.Of(report)}{conformant}.[/] [grey]exit {(int)report.Judgement.ExitCode}[/]");
        var failed = report.Troubles.Where(result => result.Verdict != Verdict.NotRun).SelectMany(result => result.Scenario.Requirements).Distinct().ToList();
        if (failed.Count > 0)
            console.MarkupLineInterpolated($"[grey]run these again: --tags \"{string.Join(" or ", failed.Select(id => "@" + id))}\" --seed {report.Seed}[/]");
    }

    private static string Arrow(TranscriptEntry entry) => entry.Direction switch { Direction.Sent => "→", Direction.Received => "←", _ => "·" };

    private static string Describe(TranscriptEntry entry)
    {
        if (entry.Kind == "note")
            return entry.Note!;
        var text = System.Text.Encoding.UTF8.GetString(entry.Bytes.Span);
        return $"{entry.Kind} {entry.Length} B {(entry.Note is null ? "" : $"({entry.Note}) ")}{text}";
    }

    // The innocent pair matters where the trouble is about it, and is noise elsewhere.
    private static IEnumerable<TranscriptEntry> LastFrames(ScenarioResult result)
    {
        var controls = result.Cast.Where(party => party.IsControl).Select(party => party.Name).ToHashSet();
        var frames = result.Transcript.Where(entry => result.ConcernsControl == controls.Contains(entry.Connection)).ToList();
        return (frames.Count > 0 ? frames : result.Transcript).TakeLast(FramesShown);
    }

    // One line, no control characters: a relay's bytes must not drive the terminal.
    private static string Printable(string text, int width = int.MaxValue)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length > width ? line[..Math.Max(0, width - 1)] + "…" : line;
    }
}
