using System.Globalization;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports.Html;

/// <summary>Each chapter of the specification as a bar of its requirements' verdicts.</summary>
internal static class ChapterTable
{
    private static readonly (string Style, string Title, Verdict[] Verdicts)[] Groups =
    [
        ("pass", "met", [Verdict.Pass]),
        ("fail", "failed", [Verdict.Fail]),
        ("warn", "warned", [Verdict.Warn]),
        ("inconclusive", "unclear", [Verdict.Inconclusive, Verdict.NotRun]),
        ("not-applicable", "not applicable", [Verdict.NotApplicable]),
        ("untested", "not tested", [Verdict.Untested]),
    ];

    public static void Write(RunReport report, TextWriter page)
    {
        page.Write("<section><h2>Chapters</h2><table class=\"chapters\"><thead><tr><th scope=\"col\">Requirements of</th><th scope=\"col\"><span class=\"none\">Share</span></th>");
        foreach (var (style, title, _) in Groups)
            page.Write($"<th scope=\"col\" class=\"n {style}\">{title}</th>");
        page.Write("</tr></thead><tbody>\n");
        foreach (var chapter in report.Judgement.Requirements.GroupBy(result => result.Requirement.Chapter))
            WriteRow(chapter.Key, [.. chapter], page, isTotal: false);
        WriteRow("All chapters", report.Judgement.Requirements, page, isTotal: true);
        page.Write("</tbody></table></section>\n");
    }

    private static void WriteRow(string name, IReadOnlyList<RequirementResult> results, TextWriter page, bool isTotal)
    {
        page.Write($"<tr{(isTotal ? " class=\"total\"" : $" data-chapter=\"{Markup.Line(name)}\"")}><th scope=\"row\">{Markup.Line(name)}</th><td class=\"bar\"><svg viewBox=\"0 0 {results.Count} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        var x = 0;
        foreach (var (style, _, verdicts) in Groups)
        {
            var count = results.Count(result => verdicts.Contains(result.Verdict));
            if (count > 0)
                page.Write($"<rect class=\"{style}\" x=\"{x}\" width=\"{count}\" height=\"1\"/>");
            x += count;
        }

        page.Write("</svg></td>");
        foreach (var (style, title, verdicts) in Groups)
        {
            var count = results.Count(result => verdicts.Contains(result.Verdict));
            page.Write($"<td class=\"n {(count == 0 ? "zero" : style)}\" data-title=\"{title}\">{(count == 0 ? "·" : count.ToString(CultureInfo.InvariantCulture))}</td>");
        }

        page.Write("</tr>\n");
    }
}
