using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;
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

    /// <param name="file">Path below <c>spec/</c>, such as <c>pairs/04-pairing.md</c>.</param>
    public SpecFile(string file, string text)
    {
        File = file;
        Text = text;
        Document = Markdown.Parse(text, Pipeline);
        Title = Document.OfType<HeadingBlock>().FirstOrDefault() is { } heading ? PlainText(heading.Inline) : Name;
    }

    /// <summary>Path below <c>spec/</c>.</summary>
    public string File { get; }

    public string Name => File[(File.LastIndexOf('/') + 1)..];

    public string Text { get; }

    public MarkdownDocument Document { get; }

    /// <summary>Its first heading.</summary>
    public string Title { get; }

    /// <summary>Its path as problems name it.</summary>
    public string Path => $"spec/{File}";

    /// <summary>All blocks with text: paragraphs, headings, table cells, code and HTML blocks.</summary>
    public IEnumerable<LeafBlock> Leaves => Document.Descendants<LeafBlock>();

    /// <summary>Paragraphs of prose, without those in table cells.</summary>
    public IEnumerable<ParagraphBlock> Paragraphs => Document.Descendants<ParagraphBlock>().Where(paragraph => paragraph.Parent is not TableCell);

    /// <summary>Every <c>*.md</c> of a profile's specification; chapters' file names sort in reading order.</summary>
    public static IReadOnlyList<SpecFile> LoadAll(Suite suite) =>
        [.. Directory.EnumerateFiles(suite.Specification, "*.md").Order(StringComparer.Ordinal)
            .Select(file => new SpecFile($"{suite.Profile}/{System.IO.Path.GetFileName(file)}", System.IO.File.ReadAllText(file)))];

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
