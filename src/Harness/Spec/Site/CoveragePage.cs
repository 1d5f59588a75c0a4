using System.Globalization;
using System.Text;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec.Site;

/// <summary>How many requirements have scenarios, and why some have none.</summary>
internal static class CoveragePage
{
    public static string Render(SiteMap map)
    {
        var cells = SpecCoverage.Count(map.Sources);
        var html = new StringBuilder("<h1>Coverage</h1>");
        html.Append($"<p>{Html.Count(cells.Sum(cell => cell.Total), "requirement")}: {cells.Sum(cell => cell.Covered)} shown by a scenario, " +
            $"{cells.Sum(cell => cell.Untestable)} not testable from outside, {cells.Sum(cell => cell.Pending)} still without a scenario.</p>");
        html.Append("<p class=\"legend\"><span class=\"covered\">shown by a scenario</span>" +
            "<span class=\"untestable\">not testable</span><span class=\"pending\">to come</span></p>");
        html.Append(Html.Table(" class=\"coverage\"", "Chapter", "MUST", "SHOULD", "MAY"));
        foreach (var chapter in map.Sources.Register.All.DistinctBy(requirement => requirement.Chapter))
        {
            html.Append($"<tr><th>{Html.Link(map.PageOf(chapter), chapter.Chapter)}</th>");
            foreach (var level in Enum.GetValues<RequirementLevel>())
                html.Append($"<td>{Bar(cells.FirstOrDefault(cell => cell.Chapter == chapter.Chapter && cell.Level == level))}</td>");
            html.Append("</tr>");
        }

        html.Append("</tbody></table></div>");
        Append(map, html, "Not testable from outside", map.Sources.Untestable);
        Append(map, html, "Still without a scenario", map.Sources.Pending);
        Append(map, html, "Retired ids", map.Sources.Retired);
        return SitePage.Wrap(map, SiteMap.Coverage, "Coverage", html.ToString());
    }

    private static string Bar(CoverageCell? cell)
    {
        if (cell is null)
            return "<span class=\"none\">–</span>";

        var parts = new[] { ("covered", cell.Covered), ("untestable", cell.Untestable), ("pending", cell.Pending + cell.Unaccounted) };
        var bar = string.Concat(parts.Where(part => part.Item2 > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"<i class=\"{part.Item1}\" style=\"flex:{part.Item2}\"></i>")));
        return $"<span class=\"bar\" role=\"img\" aria-label=\"{cell.Covered} shown, {cell.Untestable} not testable, {cell.Pending} to come\">{bar}</span>" +
            $"<span class=\"number\">{cell.Covered} of {cell.Total}</span>";
    }

    private static void Append(SiteMap map, StringBuilder html, string title, IReadOnlyList<ReasonRow> rows)
    {
        if (rows.Count == 0)
            return;

        html.Append($"<h2>{title}</h2><dl class=\"reasons\">");
        foreach (var row in rows)
            html.Append($"<div><dt>{RequirementHtml.IdOf(map, row.Id)}</dt><dd>{RequirementHtml.WithLinks(map, row.Reason)}</dd></div>");
        html.Append("</dl>");
    }
}
