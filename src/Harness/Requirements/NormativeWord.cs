using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CoralMux.Harness.Requirements;

/// <summary>A word of RFC 2119 in capitals, outside code.</summary>
/// <param name="Line">Counted from 1.</param>
public sealed partial record NormativeWord(string Text, RequirementLevel Level, int Line)
{
    public static IEnumerable<NormativeWord> FindAll(LeafBlock block) => block switch
    {
        CodeBlock => [],
        HtmlBlock html => html.Lines.Lines.Take(html.Lines.Count).SelectMany(line => In(line.ToString(), line.Line + 1)),
        { Inline: { } inline } => inline.Descendants().SelectMany(part => part switch
        {
            LiteralInline literal => In(literal.Content.ToString(), literal.Line + 1),
            HtmlInline html => In(html.Tag, html.Line + 1),
            _ => [],
        }),
        _ => [],
    };

    private static IEnumerable<NormativeWord> In(string text, int line) =>
        Words().Matches(text).Select(match => new NormativeWord(match.Value, LevelOf(match.Value), line));

    private static RequirementLevel LevelOf(string word) => word switch
    {
        "MUST" or "REQUIRED" or "SHALL" => RequirementLevel.Must,
        "SHOULD" or "RECOMMENDED" => RequirementLevel.Should,
        _ => RequirementLevel.May,
    };

    [GeneratedRegex(@"\b(MUST|REQUIRED|SHALL|SHOULD|RECOMMENDED|MAY|OPTIONAL)\b")]
    private static partial Regex Words();
}
