using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Compare;

/// <summary>A diff of two load reports as text and as Markdown.</summary>
internal static class LoadDiffReport
{
    private static readonly IReadOnlyList<(LoadChange Change, string Title)> Sections =
    [
        (LoadChange.Worse, "Worse"), (LoadChange.Gone, "No longer measured"), (LoadChange.Unclear, "Changed, but too few measurements to tell"),
        (LoadChange.Better, "Better"), (LoadChange.Same, "The same"),
    ];

    /// <summary>What limits the meaning of the diff.</summary>
    public static IEnumerable<string> Notes(LoadReport before, LoadReport after)
    {
        if (before.Config.Hash != after.Config.Hash)
            yield return "The two are different experiments: another profile, another scale, another seed or other thresholds.";
        if (before.Target.OnThisHost != after.Target.OnThisHost)
            yield return "The relay's process was seen in only one of the two.";
        if (before.Config.Quick || after.Config.Quick)
            yield return "A quick form is too short to measure with.";
    }

    public static string Sum(LoadDiff diff)
    {
        var counts = Sections.Select(section => (section.Title, Count: diff.Changes.Count(change => change.Change == section.Change)));
        var parts = counts.Where(part => part.Count > 0).Select(part => $"{part.Title.ToLowerInvariant()}: {part.Count}");
        return $"{(diff.IsWorse ? "Worse" : "Not worse")}. {string.Join("; ", parts)}.";
    }

    public static async Task WriteTextAsync(LoadDiff diff, IReadOnlyList<string> notes, TextWriter output)
    {
        foreach (var note in notes)
            await output.WriteLineAsync($"Note: {note}");
        foreach (var (change, title) in Sections.Where(section => section.Change != LoadChange.Same))
        {
            if (diff.Changes.Where(one => one.Change == change).ToList() is not [_, ..] ones)
                continue;
            await output.WriteLineAsync($"{title}:");
            foreach (var one in ones)
            {
                var (was, now) = (Write(one.Before, one.Unit), Write(one.After, one.Unit));
                await output.WriteLineAsync($"  {Visible.Line(one.Name),-64} {was,10} → {now,-10} {Share(one)}".TrimEnd());
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
            {
                var (was, now) = (Write(one.Before, one.Unit), Write(one.After, one.Unit));
                await output.WriteLineAsync($"| {MarkdownText.Plain(one.Name)} | {was} | {now} | {Share(one)} |");
            }
        }
    }

    public static string Spelling(LoadChange change) => change.ToString().ToLowerInvariant();

    private static string Write(double? value, Unit unit) => value is { } known ? Quantity.Of(Word.Of(unit)).Write(known) : "absent";

    private static string Share(LoadChangeOf change) =>
        change.Ratio is { } ratio ? (ratio * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %" : "";
}
