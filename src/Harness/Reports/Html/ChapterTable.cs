using System.Globalization;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports.Html;

/// <summary>Each chapter of the specification as a bar of its requirements' verdicts.</summary>
internal static class ChapterTable
{
    public static void Write(RunReport report, TextWriter page)
    {
        page.Write("<section><h2>Chapters</h2><table class=\"chapters\"><thead><tr><th scope=\"col\">Requirements of</th>");
        page.Write("<th scope=\"col\"><span class=\"none\">Share</span></th>");
        foreach (var column in VerdictColumn.All)
            page.Write($"<th scope=\"col\" class=\"n {column.Style.Spelling()}\">{column.Title}</th>");
        page.Write("</tr></thead><tbody>\n");
        foreach (var chapter in report.Judgement.Requirements.GroupBy(result => result.Requirement.Chapter))
            WriteRow(chapter.Key, [.. chapter], page, isTotal: false);
        WriteRow("All chapters", report.Judgement.Requirements, page, isTotal: true);
        page.Write("</tbody></table></section>\n");
    }

    private static void WriteRow(string name, IReadOnlyList<RequirementResult> results, TextWriter page, bool isTotal)
    {
        var counts = VerdictColumn.All.Select(column => (column.Title, Style: column.Style.Spelling(), Count: column.Count(results))).ToList();
        page.Write($"<tr{(isTotal ? " class=\"total\"" : $" data-chapter=\"{Markup.Line(name)}\"")}><th scope=\"row\">{Markup.Line(name)}</th>");
        page.Write($"<td class=\"bar\"><svg viewBox=\"0 0 {results.Count} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        var x = 0;
        foreach (var (_, style, count) in counts)
        {
            if (count > 0)
                page.Write($"<rect class=\"{style}\" x=\"{x}\" width=\"{count}\" height=\"1\"/>");
            x += count;
        }

        page.Write("</svg></td>");
        foreach (var (title, style, count) in counts)
        {
            var (shown, colour) = count == 0 ? ("·", "zero") : (count.ToString(CultureInfo.InvariantCulture), style);
            page.Write($"<td class=\"n {colour}\" data-title=\"{title}\">{shown}</td>");
        }

        page.Write("</tr>\n");
    }
}
