using System.Text;

namespace CoralMux.Harness.Spec.Site;

/// <summary>All requirements on one page, with a box that filters them while you type.</summary>
internal static class RequirementsPage
{
    public static string Render(SiteMap map)
    {
        var all = map.Sources.Register.All;
        var html = new StringBuilder();
        html.Append("<h1>Requirements</h1>\n<div class=\"filter\"><label for=\"filter\">Filter</label>")
            .Append("""<input id="filter" type="search" placeholder="PAIR, MUST, quota, pending …" autocomplete="off">""")
            .Append($"""<output id="shown" for="filter">{Html.Count(all.Count, "requirement")}</output></div>""");
        foreach (var chapter in all.GroupBy(requirement => requirement.Chapter))
        {
            html.Append($"<section class=\"group\"><h2>{Html.Link(map.PageOf(chapter.First()), chapter.Key)}</h2>");
            foreach (var requirement in chapter)
            {
                var standing = map.Sources.StandingOf(requirement.Id).ToString().ToLowerInvariant();
                html.Append($"""<div class="row" id="{requirement.Id}" data-words="{standing}"><div class="row-head">""");
                html.Append($"""{RequirementHtml.IdOf(map, requirement.Id)} {RequirementHtml.Level(requirement)}""");
                html.Append($"""{RequirementHtml.Feature(requirement.Feature)}</div>""");
                html.Append($"<div>{RequirementHtml.WithLinks(map, requirement.Statement)} {RequirementHtml.Trace(map, requirement.Id)}</div></div>");
            }

            html.Append("</section>");
        }

        return SitePage.Wrap(map, SiteMap.Requirements, "Requirements", html.ToString(), script: "filter.js");
    }
}
