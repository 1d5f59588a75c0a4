using CoralMux.Harness.Basics;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Proof;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;
using Spectre.Console;

namespace CoralMux.Harness.Reports;

/// <summary>What a person sees: progress while it runs, then a table by chapter, then every trouble explained.</summary>
public sealed class ConsoleReport(IAnsiConsole console)
{
    private const int FramesShown = 6;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);
    private const int FramePrefix = 36;
    private const int ToldOneByOne = 5;

    public void Begin(RunContext run, int scenarios)
    {
        console.MarkupLineInterpolated($"[bold]CoralMux conformance {Suite.Version}[/] [grey]·[/] {run.Target.Description.Name ?? "relay"} at {run.Target.Endpoint.Url} [grey]· {(scenarios == 1 ? "1 scenario" : $"{scenarios} scenarios")} · seed {run.Seed}[/]");
    }

    /// <summary>Says in advance how long a run will take whose scenarios take turns, and why.</summary>
    private void Announce(Pace pace) => console.MarkupLineInterpolated($"{pace.Notice}");

    /// <summary>Runs something while a bar shows how many scenarios have ended; without a terminal, silently.</summary>
    /// <param name="pace">Of a run with few tokens, else null: without a terminal a line is written now and then.</param>
    public async Task<T> ProgressAsync<T>(int total, Pace? pace, Func<Action<ScenarioResult>, Task<T>> run)
    {
        if (pace is not null)
            Announce(pace);
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return await run(Slowly(total, pace));

        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask($"0 of {total} scenarios", maxValue: total);
                var troubles = 0;
                var gate = new Lock();
                if (pace is not null)
                    pace.Changed += said => bar.Description = $"{(int)bar.Value} of {total} scenarios, {Markup.Escape(said)}";
                return await run(result =>
                {
                    lock (gate)
                    {
                        pace?.Done();
                        bar.Increment(1);
                        troubles += result.Verdict is Verdict.Pass or Verdict.NotApplicable ? 0 : 1;
                        bar.Description = $"{(int)bar.Value} of {total} scenarios{(troubles > 0 ? $", [red]{troubles} not passed[/]" : "")}";
                    }
                });
            });
    }

    private Action<ScenarioResult> Slowly(int total, Pace? pace)
    {
        if (pace is null)
            return _ => { };
        var done = 0;
        var told = pace.Elapsed;
        return _ =>
        {
            pace.Done();
            done++;
            if (pace.Elapsed - told < BetweenLines)
                return;
            told = pace.Elapsed;
            console.WriteLine($"{done} of {total} scenarios, {Pace.Say(pace.Left)} left");
        };
    }

    public void Write(RunReport report)
    {
        console.WriteLine();
        console.Write(ChapterTable(report));
        // What befell many alike, such as an interruption, is said once.
        foreach (var alike in report.Troubles.GroupBy(trouble => trouble.Expected is null ? trouble.Message! : trouble.Scenario.Id))
        {
            if (alike.Count() > ToldOneByOne)
                WriteMany(alike.First().Verdict, alike.Key, alike.Count());
            else
                foreach (var trouble in alike)
                    WriteTrouble(report, trouble);
        }

        WriteNoticed(report);
        WriteVerdict(report);
    }

    private static Table ChapterTable(RunReport report)
    {
        var table = new Table().RoundedBorder().BorderColor(Color.Grey)
            .AddColumn("Chapter")
            .AddColumn(new TableColumn("[green]pass[/]").RightAligned())
            .AddColumn(new TableColumn("[red]fail[/]").RightAligned())
            .AddColumn(new TableColumn("[yellow]warn[/]").RightAligned())
            .AddColumn(new TableColumn("[fuchsia]unclear[/]").RightAligned())
            .AddColumn(new TableColumn("[grey]n/a[/]").RightAligned())
            .AddColumn(new TableColumn("[grey]untested[/]").RightAligned());
        foreach (var chapter in report.Judgement.Requirements.GroupBy(result => result.Requirement.Chapter))
        {
            string Cell(string colour, params Verdict[] verdicts)
            {
                var count = chapter.Count(result => verdicts.Contains(result.Verdict));
                return count == 0 ? "[grey]·[/]" : $"[{colour}]{count}[/]";
            }

            table.AddRow(
                Markup.Escape(chapter.Key),
                Cell("green", Verdict.Pass),
                Cell("red bold", Verdict.Fail),
                Cell("yellow", Verdict.Warn),
                Cell("fuchsia", Verdict.Inconclusive, Verdict.NotRun),
                Cell("grey", Verdict.NotApplicable),
                Cell("grey", Verdict.Untested));
        }

        return table;
    }

    private void WriteMany(Verdict verdict, string message, int count)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[fuchsia bold]{verdict.Spelling()}[/] {count} scenarios: {message}");
    }

    private void WriteTrouble(RunReport report, ScenarioResult result)
    {
        var colour = result.Verdict switch { Verdict.Fail => "red", Verdict.Warn => "yellow", _ => "fuchsia" };
        console.WriteLine();
        console.MarkupLineInterpolated($"[{colour} bold]{result.Verdict.Spelling()}[/] [bold]{string.Join(' ', result.Scenario.Requirements)}[/] {result.Scenario.Name}");
        foreach (var requirement in result.Scenario.Requirements)
        {
            if (report.Judgement.Requirements.FirstOrDefault(one => one.Requirement.Id == requirement) is { } judged)
                console.MarkupLineInterpolated($"  [grey]requirement[/]  {judged.Requirement.Statement}");
        }

        if (result.Step is { } step)
            console.MarkupLineInterpolated($"  [grey]step       [/]  {result.Scenario.File}:{step.Line} {step.Keyword} {step.Text}");
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
            console.MarkupLineInterpolated($"  [grey]{entry.At.TotalMilliseconds,8:0.0} ms  {entry.Connection,-15} {Arrow(entry)} {Printable(Describe(entry), console.Profile.Width - FramePrefix)}[/]");
    }

    private void WriteNoticed(RunReport report)
    {
        foreach (var noticed in report.Results.SelectMany(result => result.Violations.Select(violation => (result.Scenario, violation))).GroupBy(pair => pair.violation.Requirement))
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
        int Of(RequirementLevel level, Verdict verdict) => judged.Count(result => result.Requirement.Level == level && result.Verdict == verdict);
        var untested = judged.Count(result => result.Verdict == Verdict.Untested);

        console.WriteLine();
        console.MarkupLineInterpolated($"{report.Count(Verdict.Pass)} of {report.Results.Count} scenarios passed in {report.Duration.TotalSeconds:0.0} s: {Of(RequirementLevel.Must, Verdict.Pass)} MUST, {Of(RequirementLevel.Should, Verdict.Pass)} SHOULD, {Of(RequirementLevel.May, Verdict.Pass)} MAY of {judged.Count} requirements; {untested} not tested.");
        foreach (var (entry, state) in report.Judgement.KnownFailures)
        {
            var (mark, said) = state switch
            {
                KnownFailureState.Failed => ("grey", "failed, as known"),
                KnownFailureState.NotJudged => ("grey", "was not judged in this run"),
                KnownFailureState.Stale => ("red", "does not fail any more: take the entry out"),
                _ => ("red", $"was to be mended by {entry.Until:yyyy-MM-dd}: the entry is void"),
            };
            console.MarkupLineInterpolated($"[{mark}]known failure {entry.ToString()}: {said}[/] [grey]({Printable(entry.Reason)})[/]");
        }

        var (colour, words) = report.Judgement.ExitCode switch
        {
            ExitCode.Conformant when report.Judgement.Conformant => ("green", Headline.Of(report) + ": every MUST that this version of the suite tests was met"),
            ExitCode.Conformant => ("yellow", Headline.Of(report)),
            ExitCode.NonConformant => ("red", Headline.Of(report)),
            _ => ("fuchsia", Headline.Of(report)),
        };
        console.MarkupLineInterpolated($"[{colour} bold]{words}.[/] [grey]exit {(int)report.Judgement.ExitCode}[/]");
        if (report.Troubles.Any(result => result.Verdict != Verdict.NotRun))
        {
            var ids = report.Troubles.Where(result => result.Verdict != Verdict.NotRun).SelectMany(result => result.Scenario.Requirements).Distinct().Select(id => "@" + id);
            console.MarkupLineInterpolated($"[grey]again, just these: --tags \"{string.Join(" or ", ids)}\" --seed {report.Seed}[/]");
        }
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
        var about = result.Step!.Text.Contains("innocent", StringComparison.Ordinal);
        var frames = result.Transcript.Where(entry => about == entry.Connection.StartsWith("innocent", StringComparison.Ordinal)).ToList();
        return (frames.Count > 0 ? frames : result.Transcript).TakeLast(FramesShown);
    }

    // One line, no control characters: a relay's bytes must not drive the terminal.
    private static string Printable(string text, int width = int.MaxValue)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length > width ? line[..Math.Max(0, width - 1)] + "…" : line;
    }
}
