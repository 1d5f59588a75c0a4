using System.Text.RegularExpressions;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec.Diagrams;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CoralMux.Harness.Spec.Site;

/// <summary>How the site renders what plain Markdown knows nothing of: statements, diagrams, ids, wide tables.</summary>
internal static partial class ChapterRenderers
{
    [GeneratedRegex("^<!-- schema: ([a-z0-9_./-]+) -->$")]
    private static partial Regex SchemaComment();

    public static void Install(HtmlRenderer renderer, SiteMap map, SpecFile file)
    {
        renderer.ObjectRenderers.ReplaceOrAdd<ParagraphRenderer>(new StatementRenderer(map));
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new DiagramRenderer(file));
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new WideTableRenderer());
        renderer.ObjectRenderers.ReplaceOrAdd<LiteralInlineRenderer>(new LinkingTextRenderer(map));
        renderer.ObjectRenderers.ReplaceOrAdd<LinkInlineRenderer>(new SiteLinkRenderer(map, file));
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlBlockRenderer>(new QuotedHtmlBlockRenderer(map, file));
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlInlineRenderer>(new QuotedHtmlRenderer());
    }

    /// <summary>A statement is a box of its own: id and level first, its scenarios last.</summary>
    private sealed class StatementRenderer(SiteMap map) : HtmlObjectRenderer<ParagraphBlock>
    {
        private readonly ParagraphRenderer _plain = new();

        protected override void Write(HtmlRenderer renderer, ParagraphBlock paragraph)
        {
            if (SpecFile.StatementId(paragraph) is not { } id || map.Sources.Register.Find(id) is not { } requirement)
            {
                _plain.Write(renderer, paragraph);
                return;
            }

            renderer.Write($"<div class=\"statement {requirement.Level.ToString().ToLowerInvariant()}\" id=\"{id}\"><a class=\"id\" href=\"#{id}\">{id}</a>");
            renderer.Write(RequirementHtml.Feature(requirement.Feature));
            var inline = paragraph.Inline!.FirstChild!.NextSibling;
            if (requirement.Feature is not null)
                inline = inline!.NextSibling!.NextSibling;
            for (; inline is not null; inline = inline.NextSibling)
                renderer.Write(inline);
            renderer.Write(RequirementHtml.Trace(map, id));
            renderer.WriteLine("</div>");
        }
    }

    private sealed class DiagramRenderer(SpecFile file) : CodeBlockRenderer
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            if (block is not FencedCodeBlock { Info: "mermaid" })
            {
                base.Write(renderer, block);
                return;
            }

            try
            {
                renderer.Write("<figure>").Write(Diagram.ToSvg(block.Lines.ToString())).WriteLine("</figure>");
            }
            catch (DiagramException exception)
            {
                throw new SiteException(new SpecProblem(file.Path, block.Line + 1 + exception.Line, $"In this diagram {exception.Message}."));
            }
        }
    }

    /// <summary>A table wider than the window scrolls by itself; the page never does.</summary>
    private sealed class WideTableRenderer : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            renderer.Write("<div class=\"table\" tabindex=\"0\">");
            base.Write(renderer, table);
            renderer.WriteLine("</div>");
        }
    }

    private sealed class LinkingTextRenderer(SiteMap map) : HtmlObjectRenderer<LiteralInline>
    {
        protected override void Write(HtmlRenderer renderer, LiteralInline literal)
        {
            var text = literal.Content.ToString();
            renderer.Write(IsInLink(literal) ? Html.Text(text) : RequirementHtml.WithLinks(map, text));
        }

        private static bool IsInLink(Inline inline)
        {
            for (var parent = inline.Parent; parent is not null; parent = parent.Parent)
            {
                if (parent is LinkInline)
                    return true;
            }

            return false;
        }
    }

    private sealed class SiteLinkRenderer(SiteMap map, SpecFile file) : HtmlObjectRenderer<LinkInline>
    {
        protected override void Write(HtmlRenderer renderer, LinkInline link)
        {
            var target = map.Resolve(link.Url ?? "")
                ?? throw new SiteException(new SpecProblem(file.Path, link.Line + 1, $"The target of the link '{link.Url}' does not exist."));
            if (link.IsImage)
                throw new SiteException(new SpecProblem(file.Path, link.Line + 1, "The site has no images: draw it as a Mermaid diagram."));
            renderer.Write($"<a href=\"{Html.Text(target)}\">");
            renderer.WriteChildren(link);
            renderer.Write("</a>");
        }
    }

    /// <summary>HTML is shown as text. A comment is left out; a comment that names a schema becomes a link to it.</summary>
    private sealed class QuotedHtmlBlockRenderer(SiteMap map, SpecFile file) : HtmlObjectRenderer<HtmlBlock>
    {
        protected override void Write(HtmlRenderer renderer, HtmlBlock block)
        {
            var text = block.Lines.ToString();
            if (block.Type is not HtmlBlockType.Comment)
                renderer.Write("<p>").Write(Html.Text(text)).WriteLine("</p>");
            else if (SchemaComment().Match(text) is { Success: true } comment)
                renderer.Write("<p class=\"caption\">Example of ").Write(LinkTo(comment.Groups[1].Value, block.Line + 1)).WriteLine("</p>");
        }

        private string LinkTo(string name, int line) =>
            map.SchemaFiles.FirstOrDefault(schema => schema.Name == name || schema.Name == "messages/" + name) is { } schema
                ? Html.Link(schema.Page, name)
                : throw new SiteException(new SpecProblem(file.Path, line, $"There is no schema '{name}'."));
    }

    private sealed class QuotedHtmlRenderer : HtmlObjectRenderer<HtmlInline>
    {
        protected override void Write(HtmlRenderer renderer, HtmlInline inline) => renderer.Write(Html.Text(inline.Tag));
    }
}
