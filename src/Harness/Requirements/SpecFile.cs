using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CoralMux.Harness.Requirements;

/// <summary>One Markdown file of <c>spec/</c>, parsed.</summary>
public sealed partial class SpecFile
{
    /// <summary>The Markdown of the specification: CommonMark, pipe tables, headings with ids.</summary>
    public static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).UsePreciseSourceLocation().Build();

    /// <param name="name">File name inside <c>spec/</c>.</param>
    public SpecFile(string name, string text)
    {
        Name = name;
        Text = text;
        Document = Markdown.Parse(text, Pipeline);
        Title = Document.OfType<HeadingBlock>().FirstOrDefault() is { } heading ? PlainText(heading.Inline) : name;
    }

    public string Name { get; }

    public string Text { get; }

    public MarkdownDocument Document { get; }

    /// <summary>Its first heading.</summary>
    public string Title { get; }

    /// <summary>Its path as problems name it.</summary>
    public string Path => $"spec/{Name}";

    /// <summary>All blocks with text: paragraphs, headings, table cells, code and HTML blocks.</summary>
    public IEnumerable<LeafBlock> Leaves => Document.Descendants<LeafBlock>();

    /// <summary>Paragraphs of prose, without those in table cells.</summary>
    public IEnumerable<ParagraphBlock> Paragraphs => Document.Descendants<ParagraphBlock>().Where(paragraph => paragraph.Parent is not TableCell);

    /// <summary>Every <c>*.md</c> of a specification directory; chapters' file names sort in reading order.</summary>
    public static IReadOnlyList<SpecFile> LoadAll(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.md").Order(StringComparer.Ordinal)
            .Select(file => new SpecFile(System.IO.Path.GetFileName(file), File.ReadAllText(file)))];

    /// <summary>The bold text a paragraph begins with, or null.</summary>
    public static EmphasisInline? LeadingBold(ParagraphBlock paragraph) =>
        paragraph.Inline?.FirstChild is EmphasisInline { DelimiterCount: 2 } bold ? bold : null;

    /// <summary>The id of the requirement that the paragraph states, or null.</summary>
    public static string? StatementId(ParagraphBlock paragraph) =>
        paragraph.Parent is not TableCell && LeadingBold(paragraph) is { } bold && PlainText(bold) is var text && RequirementId.IsMatch(text) ? text : null;

    /// <summary>The text as it is read: no markup, white space folded, code included.</summary>
    public static string PlainText(ContainerInline? inline)
    {
        var text = string.Concat((inline?.Descendants() ?? []).Select(part => part switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            LineBreakInline => " ",
            HtmlEntityInline entity => entity.Transcoded.ToString(),
            _ => "",
        }));
        return WhiteSpace().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
