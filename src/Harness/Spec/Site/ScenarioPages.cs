using System.Text;
using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The features as Gherkin, one page per file, and the list of them.</summary>
internal static class ScenarioPages
{
    public static string RenderList(SiteMap map)
    {
        var html = new StringBuilder("<h1>Scenarios</h1>");
        html.Append(map.Features.Count == 0
            ? "<p>There are no scenarios yet.</p>"
            : $"<p>{Html.Count(map.Sources.Scenarios.Count, "scenario")} show what the requirements say, on any relay.</p>");
        foreach (var feature in map.Features)
        {
            html.Append($"<h2>{Html.Link(SiteMap.PageOfFeature(feature.Key), feature.First().Feature)}</h2><ul class=\"plain\">");
            foreach (var scenario in feature)
                html.Append($"<li>{Html.Link(SiteMap.LinkTo(scenario), scenario.Name)} " +
                    $"<span class=\"tags\">{Html.Text(string.Join(' ', scenario.Requirements))}</span></li>");
            html.Append("</ul>");
        }

        return SitePage.Wrap(map, SiteMap.Scenarios, "Scenarios", html.ToString());
    }

    public static string Render(SiteMap map, IGrouping<string, Scenario> feature)
    {
        var title = feature.First().Feature;
        var html = new StringBuilder($"<h1>{Html.Text(title)}</h1><p class=\"file\">features/{Html.Text(feature.Key)}</p>");
        foreach (var scenario in feature)
        {
            var tags = string.Join(' ', scenario.Tags.Select(tag => Tag(map, tag)));
            html.Append($"""<section class="scenario" id="{Html.Text(SiteMap.AnchorOf(scenario))}"><p class="tags">{tags}</p>""");
            html.Append($"<h2><a href=\"#{Html.Text(SiteMap.AnchorOf(scenario))}\">{Html.Text(scenario.Name)}</a></h2><pre class=\"gherkin\">");
            foreach (var line in GherkinText.Lines(scenario).Skip(1))
                html.Append(Line(line)).Append('\n');
            html.Append("</pre></section>");
        }

        return SitePage.Wrap(map, SiteMap.PageOfFeature(feature.Key), title, html.ToString());
    }

    private static string Tag(SiteMap map, string tag) => map.LinkTo(tag[1..]) is { } link ? Html.Link(link, tag) : Html.Text(tag);

    private static string Line(string line)
    {
        var text = line[2..];
        var keyword = text.StartsWith(' ') ? "" : text[..text.IndexOf(' ', StringComparison.Ordinal)];
        return keyword.Length == 0 ? Html.Text(text) : $"<b>{Html.Text(keyword)}</b>{Html.Text(text[keyword.Length..])}";
    }
}
