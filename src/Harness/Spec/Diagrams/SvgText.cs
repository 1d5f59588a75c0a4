using System.Globalization;
using System.Net;
using System.Text;

namespace CoralMux.Harness.Spec.Diagrams;

/// <summary>Text in a picture: fonts are not measured, so widths are generous estimates.</summary>
internal static class SvgText
{
    public const double LineHeight = 17;

    private const double CharacterWidth = 7.4;

    private static readonly string[] LineBreaks = ["<br>", "<br/>", "<br />", "\\n"];

    /// <summary>Breaks at spaces, and where the author wrote a <c>br</c> element.</summary>
    public static IReadOnlyList<string> Wrap(string text, int columns)
    {
        var lines = new List<string>();
        foreach (var part in text.Split(LineBreaks, StringSplitOptions.None))
        {
            var line = "";
            foreach (var word in part.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > columns)
                {
                    lines.Add(line);
                    line = "";
                }

                line += line.Length > 0 ? " " + word : word;
            }

            if (line.Length > 0)
                lines.Add(line);
        }

        return lines;
    }

    public static double Width(IReadOnlyList<string> lines) => lines.Count == 0 ? 0 : lines.Max(line => line.Length) * CharacterWidth;

    public static double Height(IReadOnlyList<string> lines) => lines.Count * LineHeight;

    /// <summary>Lines around a centre; with an outline in the colour of the page where an edge runs below.</summary>
    public static void Write(StringBuilder svg, IReadOnlyList<string> lines, double x, double centreY, string style, string anchor = "middle")
    {
        var y = centreY - (Height(lines) / 2) + 12.5;
        foreach (var line in lines)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"{style}\" x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(line)}</text>");
            y += LineHeight;
        }
    }

    /// <summary>The element around a picture.</summary>
    public static string Frame(double width, double height, string label, StringBuilder content) => string.Create(CultureInfo.InvariantCulture,
        $"""<svg class="diagram" role="img" aria-label="{WebUtility.HtmlEncode(label)}" """ +
        $"""viewBox="0 0 {width:0} {height:0}" width="{width:0}" height="{height:0}">{content}</svg>""");
}
