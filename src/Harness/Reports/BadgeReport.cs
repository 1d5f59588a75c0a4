using System.Globalization;
using System.Net;
using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary><c>badge.svg</c>: the verdict for a README. Says how many MUST were met, never a bare "passing".</summary>
public static class BadgeReport
{
    private const string Subject = "CoralMux conformance";
    private const double CharacterWidth = 6.6;

    public static void Write(RunReport report, Stream output)
    {
        var met = Headline.Count(report, RequirementLevel.Must, Verdict.Pass);
        var (words, colour) = report.Judgement.ExitCode switch
        {
            ExitCode.Conformant when report.Judgement.Conformant => ($"{met} MUST met", "#2c7a4b"),
            ExitCode.Conformant or ExitCode.NonConformant => ($"{Headline.Count(report, RequirementLevel.Must, Verdict.Fail)} MUST not met", "#b8331f"),
            ExitCode.HarnessFault => ("no verdict", "#6b6f78"),
            _ => ("incomplete", "#6b6f78"),
        };
        var (left, right) = (Width(Subject), Width(words));
        var texts = Text(left / 2, left, Subject) + Text(left + (right / 2), right, words);
        using var svg = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        svg.Write(string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{Subject}: {words}">
            <title>{Subject}: {words}</title>
            <clipPath id="r"><rect width="{left + right}" height="20" rx="4"/></clipPath>
            <g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3a3f47"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
            <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{texts}</g>
            </svg>

            """));
    }

    private static string Text(int centre, int width, string text) =>
        $"<text x=\"{centre}\" y=\"14\" textLength=\"{width - 14}\" lengthAdjust=\"spacingAndGlyphs\">{WebUtility.HtmlEncode(text)}</text>";

    private static int Width(string text) => (int)(text.Length * CharacterWidth) + 14;
}
