using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CoralMux.Harness.Spec;

/// <summary>All requirements of the specification, read from its prose: the text is the only place where they are written.</summary>
public sealed partial class RequirementRegister
{
    private readonly Dictionary<string, Requirement> _byId;

    private RequirementRegister(IReadOnlyList<Requirement> requirements)
    {
        All = requirements;
        _byId = requirements.GroupBy(requirement => requirement.Id).ToDictionary(group => group.Key, group => group.First());
    }

    /// <summary>In the order of the text. Doubled ids are kept: <c>spec check</c> reports them.</summary>
    public IReadOnlyList<Requirement> All { get; }

    public Requirement? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Reads every <c>*.md</c> of a specification directory.</summary>
    /// <param name="directory">The <c>spec/</c> directory; its chapters' file names sort in reading order.</param>
    public static RequirementRegister Load(string directory) =>
        new([.. Directory.EnumerateFiles(directory, "*.md").Order(StringComparer.Ordinal)
            .SelectMany(file => Read(Path.GetFileName(file), File.ReadAllText(file)))]);

    /// <summary>The requirements of one chapter: paragraphs that begin with a bold id.</summary>
    public static IEnumerable<Requirement> Read(string file, string markdown)
    {
        var document = Markdown.Parse(markdown, new MarkdownPipelineBuilder().UsePipeTables().UsePreciseSourceLocation().Build());
        var chapter = document.OfType<HeadingBlock>().FirstOrDefault() is { } heading ? PlainText(heading.Inline) : file;
        foreach (var paragraph in document.Descendants<ParagraphBlock>())
        {
            if (paragraph.Inline?.FirstChild is not EmphasisInline { DelimiterCount: 2 } bold)
                continue;

            var id = PlainText(bold).Trim();
            if (!RequirementId.IsMatch(id))
                continue;

            var feature = bold.NextSibling is LiteralInline { Content.Length: 1 } space && space.NextSibling is CodeInline code
                && FeatureMark().Match(code.Content) is { Success: true } mark
                ? mark.Groups[1].Value
                : null;
            var statement = PlainText(paragraph.Inline)[id.Length..].Trim();
            if (feature is not null)
                statement = statement[(statement.IndexOf(feature, StringComparison.Ordinal) + feature.Length)..].Trim();
            yield return new Requirement(id, LevelOf(statement), chapter, statement, feature, file, paragraph.Line + 1);
        }
    }

    // The strictest word decides; spec check sees to it that a statement has words of one level only.
    private static RequirementLevel LevelOf(string statement) =>
        Must().IsMatch(statement) ? RequirementLevel.Must
        : Should().IsMatch(statement) ? RequirementLevel.Should
        : RequirementLevel.May;

    private static string PlainText(ContainerInline? inline)
    {
        var text = string.Concat((inline?.Descendants() ?? []).Select(part => part switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            LineBreakInline => " ",
            HtmlEntityInline entity => entity.Transcoded.ToString(),
            _ => "",
        }));
        return WhiteSpace().Replace(text, " ");
    }

    [GeneratedRegex(@"\b(MUST|REQUIRED|SHALL)\b")]
    private static partial Regex Must();

    [GeneratedRegex(@"\b(SHOULD|RECOMMENDED)\b")]
    private static partial Regex Should();

    [GeneratedRegex("^feature: ([a-z-]+)$")]
    private static partial Regex FeatureMark();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
