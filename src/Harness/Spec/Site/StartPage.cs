using System.Text;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The way in: chapters with their size, and the files that machines read.</summary>
internal static class StartPage
{
    public static string Render(SiteMap map)
    {
        var all = map.Sources.Register.All;
        var html = new StringBuilder($"""
            <h1>CoralMux protocol v1</h1>
            <p class="lead">Two peers that can only dial out meet at a relay, which forwards what they say byte for byte and need not understand it. This is what the relay and the peers owe one another: {Html.Count(all.Count, "numbered requirement")}, each with one level, each shown by a scenario that runs against any relay, or with the reason why none can.</p>
            <p class="doors">{Html.Link(SiteMap.Requirements, "Find a requirement")}{Html.Link(SiteMap.Schemas, "Look up a message")}{Html.Link(SiteMap.Coverage, "See what is tested")}</p>
            <h2>Chapters</h2><ol class="chapters">
            """);
        foreach (var chapter in map.Chapters)
        {
            var own = all.Where(requirement => requirement.File == chapter.Name).ToList();
            var levels = string.Join(" · ", own.GroupBy(requirement => requirement.Level).OrderBy(level => level.Key).Select(level => $"{level.Count()} {level.First().LevelWord}"));
            html.Append($"<li>{Html.Link(SiteMap.PageOf(chapter), chapter.Title)}<span>{levels}</span></li>");
        }

        html.Append("</ol>");
        var documents = map.Documents.Where(document => document.StartsWith("spec/", StringComparison.Ordinal)).ToList();
        if (documents.Count > 0)
        {
            html.Append("<h2 id=\"files\">Files for machines</h2><ul class=\"plain\">")
                .AppendJoin("", documents.Select(document => $"<li>{Html.Link(document, document)}</li>"))
                .Append("</ul>");
        }

        return SitePage.Wrap(map, SiteMap.Start, "Start", html.ToString());
    }
}
