using System.Text;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The entry: the introduction of the specification, and the files that machines read.</summary>
internal static class StartPage
{
    public static string Render(SiteMap map)
    {
        var html = new StringBuilder(map.Preface is { } preface ? $"<article>{ChapterPage.RenderMarkdown(map, preface)}</article>" : Chapters(map));
        html.Append("""<p class="doors">""").Append(Html.Link(SiteMap.Requirements, "Find a requirement"))
            .Append(Html.Link(SiteMap.Schemas, "Look up a message")).Append(Html.Link(SiteMap.Coverage, "See what is tested")).Append("</p>");
        var documents = map.Documents.Where(document => document.StartsWith("spec/", StringComparison.Ordinal)).ToList();
        if (documents.Count > 0)
        {
            html.Append("<h2 id=\"files\">Files for machines</h2><ul class=\"plain\">")
                .AppendJoin("", documents.Select(document => $"<li>{Html.Link(document, document)}</li>"))
                .Append("</ul>");
        }

        return SitePage.Wrap(map, SiteMap.Start, "Start", html.ToString());
    }

    private static string Chapters(SiteMap map) =>
        "<h1>Chapters</h1><ul class=\"plain\">" +
        string.Concat(map.Chapters.Select(chapter => $"<li>{Html.Link(map.PageOf(chapter), chapter.Title)}</li>")) + "</ul>";
}
