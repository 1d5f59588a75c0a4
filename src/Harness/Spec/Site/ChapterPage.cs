using CoralMux.Harness.Requirements;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace CoralMux.Harness.Spec.Site;

/// <summary>A chapter of the specification: its Markdown, with every id an anchor and every statement tied to its scenarios.</summary>
internal static class ChapterPage
{
    /// <exception cref="SiteException">A diagram that cannot be drawn, or a link that leads nowhere.</exception>
    public static string Render(SiteMap map, SpecFile chapter)
    {
        var sections = chapter.Document.OfType<HeadingBlock>().Where(heading => heading.Level == 2)
            .Select(heading => (heading.GetAttributes().Id!, SpecFile.PlainText(heading.Inline)));
        return SitePage.Wrap(map, map.PageOf(chapter), chapter.Title, $"<article>{RenderMarkdown(map, chapter)}</article>{Neighbours(map, chapter)}", sections);
    }

    /// <exception cref="SiteException">A diagram that cannot be drawn, or a link that leads nowhere.</exception>
    public static string RenderMarkdown(SiteMap map, SpecFile file)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        SpecFile.Pipeline.Setup(renderer);
        ChapterRenderers.Install(renderer, map, file);
        renderer.Render(file.Document);
        return writer.ToString();
    }

    private static string Neighbours(SiteMap map, SpecFile chapter)
    {
        var index = map.Chapters.ToList().IndexOf(chapter);
        var before = index > 0 ? Html.Link(map.PageOf(map.Chapters[index - 1]), "← " + map.Chapters[index - 1].Title) : "";
        var after = index + 1 < map.Chapters.Count ? Html.Link(map.PageOf(map.Chapters[index + 1]), map.Chapters[index + 1].Title + " →") : "";
        return $"<div class=\"turn\"><span>{before}</span><span>{after}</span></div>";
    }
}

/// <summary>The site cannot be built from this text.</summary>
public sealed class SiteException(SpecProblem problem) : Exception(problem.ToString());
