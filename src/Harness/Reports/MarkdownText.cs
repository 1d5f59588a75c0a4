using System.Text;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Reports;

/// <summary>Text that Markdown shows as it is, whatever a relay put into it.</summary>
internal static class MarkdownText
{
    /// <summary>One line without markup, links, images, mentions or HTML.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var c in Visible.Line(text))
        {
            switch (c)
            {
                case '<':
                    plain.Append("&lt;");
                    break;
                case '&':
                    plain.Append("&amp;");
                    break;
                case '@':
                    plain.Append("&#64;");
                    break;
                default:
                    if (@"\`*_[]|~#>!".Contains(c, StringComparison.Ordinal))
                        plain.Append('\\');
                    plain.Append(c);
                    break;
            }
        }

        return plain.ToString();
    }

    /// <summary>One line in a code span with a fence longer than any run of backticks in it. Not for tables: a bar would end the cell.</summary>
    public static string Code(string text)
    {
        var line = Visible.Line(text);
        var longest = 0;
        for (int i = 0, run = 0; i < line.Length; i++)
        {
            run = line[i] == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        return $"{fence} {line} {fence}";
    }
}
