using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Spec.Diagrams;

namespace CoralMux.Harness.Spec.Site;

/// <summary>The frame of every page: head, contents, foot.</summary>
internal static class SitePage
{
    private const string SiteTitle = "CoralMux protocol v1";

    private static readonly (string Page, string Title)[] LookUp =
    [
        (SiteMap.Requirements, "Requirements"), (SiteMap.Scenarios, "Scenarios"), (SiteMap.Schemas, "Schemas"),
        (SiteMap.Coverage, "Coverage"), (SiteMap.Proof, "Proof"),
    ];

    /// <param name="page">Its file name.</param>
    /// <param name="sections">Headings of this page that the contents show below its entry.</param>
    public static string Wrap(
        SiteMap map, string page, string title, string content, IEnumerable<(string Anchor, string Text)>? sections = null, string? script = null)
    {
        var browserTitle = page == SiteMap.Start ? SiteTitle : $"{title} – {SiteTitle}";
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{Html.Text(browserTitle)}}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="style.css">
            </head>
            <body>
            <a class="skip" href="#content">Skip to the text</a>
            <header class="top"><a class="site" href="{{SiteMap.Start}}">{{SiteTitle}}</a><label for="menu">Contents</label></header>
            <input type="checkbox" id="menu" aria-label="Show the contents">
            <nav aria-label="Contents">{{Contents(map, page, sections ?? [])}}</nav>
            <main id="content">
            {{(content.Contains("class=\"diagram\"", StringComparison.Ordinal) ? Diagram.Definitions : "")}}{{content}}
            <footer>Made from the specification by <code>coralmux-conformance spec build</code>, suite {{Suite.Version}}.</footer>
            </main>
            {{(script is null ? "" : $"<script src=\"{script}\"></script>")}}
            </body>
            </html>

            """;
    }

    private static string Contents(SiteMap map, string page, IEnumerable<(string Anchor, string Text)> sections)
    {
        var html = new StringBuilder($"<a class=\"site\" href=\"{SiteMap.Start}\">{SiteTitle}</a><ul>");
        foreach (var chapter in map.Chapters)
        {
            Entry(map.PageOf(chapter), chapter.Title);
            if (map.PageOf(chapter) == page)
            {
                var links = sections.Select(section => $"<li><a href=\"#{Html.Text(section.Anchor)}\">{Html.Text(section.Text)}</a></li>");
                html.Append("<ul>").AppendJoin("", links).Append("</ul>");
            }

            html.Append("</li>");
        }

        html.Append("</ul><p>Look up</p><ul>");
        foreach (var (target, text) in LookUp)
        {
            Entry(target, text);
            html.Append("</li>");
        }

        return html.Append("</ul>").ToString();

        void Entry(string target, string text) =>
            html.Append($"<li><a href=\"{Html.Text(target)}\"{(target == page ? " aria-current=\"page\"" : "")}>{Html.Text(text)}</a>");
    }
}
