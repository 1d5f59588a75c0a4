using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Reports;

/// <summary>Text that Markdown shows as it is, whatever a relay put into it.</summary>
internal static partial class MarkdownText
{
    /// <summary>One line without markup, links, images, mentions or HTML.</summary>
    public static string Plain(string text) => string.Concat(Visible.Line(text).Select(c => c switch
    {
        '<' => "&lt;",
        '&' => "&amp;",
        '@' => "&#64;",
        _ => @"\`*_[]|~#>!".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString(),
    }));

    /// <summary>One line in a code span with a fence longer than any run of backticks in it. Not for tables: a bar would end the cell.</summary>
    public static string Code(string text)
    {
        var line = Visible.Line(text);
        var longest = Backticks().Matches(line).Select(run => run.Length).DefaultIfEmpty().Max();
        var fence = new string('`', longest + 1);
        return $"{fence} {line} {fence}";
    }

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();
}
