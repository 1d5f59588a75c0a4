using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Compare;

/// <summary>A diff of two load reports as text and as Markdown.</summary>
internal static class LoadDiffReport
{
    private static readonly IReadOnlyList<(LoadChange Change, string Title)> Sections =
        [(LoadChange.Worse, "Worse"), (LoadChange.Gone, "No longer measured"), (LoadChange.Unclear, "Changed, but too few measurements to tell"), (LoadChange.Better, "Better"), (LoadChange.Same, "The same")];

    /// <summary>What one should know before one believes the diff.</summary>
    public static IEnumerable<string> Notes(LoadReport before, LoadReport after)
    {
        if (before.Config.Hash != after.Config.Hash)
            yield return "The two are different experiments: another profile, another scale, another seed or other thresholds.";
        if (before.Target.OnThisHost != after.Target.OnThisHost)
            yield return "The relay's process was seen in only one of the two.";
        if (before.Config.Quick || after.Config.Quick)
            yield return "A quick form is too short to measure with.";
    }

    public static string Sum(LoadDiff diff) =>
        $"{(diff.IsWorse ? "Worse" : "Not worse")}. {string.Join("; ", Sections.Select(section => (section.Title, Count: diff.Changes.Count(change => change.Change == section.Change))).Where(part => part.Count > 0).Select(part => $"{part.Title.ToLowerInvariant()}: {part.Count}"))}.";

    public static async Task WriteTextAsync(LoadDiff diff, IReadOnlyList<string> notes, TextWriter output)
    {
        foreach (var note in notes)
            await output.WriteLineAsync($"Note: {note}");
        foreach (var (change, title) in Sections.Where(section => section.Change != LoadChange.Same))
        {
            foreach (var (one, index) in diff.Changes.Where(one => one.Change == change).Select((one, index) => (one, index)))
            {
                if (index == 0)
                    await output.WriteLineAsync($"{title}:");
                await output.WriteLineAsync($"  {Visible.Line(one.Name),-64} {Told(one.Before, one.Unit),10} → {Told(one.After, one.Unit),-10} {Share(one)}".TrimEnd());
            }
        }

        await output.WriteLineAsync(Sum(diff));
    }

    public static async Task WriteMarkdownAsync(LoadDiff diff, IReadOnlyList<string> notes, TextWriter output)
    {
        await output.WriteLineAsync($"## {(diff.IsWorse ? "❌" : "✅")} {Sum(diff)}");
        foreach (var note in notes)
            await output.WriteLineAsync($"\n{MarkdownText.Plain(note)}");
        foreach (var (change, title) in Sections)
        {
            if (diff.Changes.Where(one => one.Change == change).ToList() is not [_, ..] ones)
                continue;
            await output.WriteLineAsync($"\n### {title}\n\n| what | before | now | change |\n| --- | ---: | ---: | ---: |");
            foreach (var one in ones)
                await output.WriteLineAsync($"| {MarkdownText.Plain(one.Name)} | {Told(one.Before, one.Unit)} | {Told(one.After, one.Unit)} | {Share(one)} |");
        }
    }

    public static string Spelling(LoadChange change) => change.ToString().ToLowerInvariant();

    private static string Told(double? value, string unit) => value is { } known ? Quantity.Of(unit).Write(known) : "absent";

    private static string Share(LoadChangeOf change) => change.Ratio is { } ratio ? (ratio * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %" : "";
}
