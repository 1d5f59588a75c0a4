using System.Net;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports.Html;

/// <summary>The few pieces of markup that every part of the page uses. Nothing reaches the page but through <see cref="Text"/>.</summary>
internal static class Markup
{
    /// <summary>In the order in which the page lists them.</summary>
    public static IReadOnlyList<Verdict> Verdicts { get; } =
        [Verdict.Fail, Verdict.Warn, Verdict.Inconclusive, Verdict.NotRun, Verdict.Pass, Verdict.NotApplicable, Verdict.Untested];

    public static string Text(string? text) => Escape(Visible.Text(text ?? ""));

    public static string Line(string? text) => Escape(Visible.Line(text ?? ""));

    /// <summary>JSON between tags: its many quotes need no escape there.</summary>
    public static string Content(string text) =>
        Visible.Text(text)
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>The attributes that the page's filters look at.</summary>
    public static string Filters(Verdict verdict, IReadOnlyList<Requirement> requirements)
    {
        var levels = string.Join(' ', requirements.Select(requirement => requirement.LevelWord).Distinct());
        var chapters = string.Join('|', requirements.Select(requirement => requirement.Chapter).Distinct());
        return $"data-item data-verdict=\"{verdict.Spelling()}\" data-level=\"{levels}\" data-chapter=\"{Line(chapters)}\"";
    }

    /// <summary>What was expected, and what happened instead under a title of its own.</summary>
    public static string Outcome(string expected, string title, string actual) =>
        $"<dl class=\"outcome\"><div><dt>Expected</dt><dd>{Text(expected)}</dd></div>"
        + $"<div class=\"actual\"><dt>{Line(title)}</dt><dd>{Text(actual)}</dd></div></dl>";

    public static string Pill(Verdict verdict) => $"<span class=\"pill {verdict.Spelling()}\">{Sign(verdict)} {verdict.Spelling()}</span>";

    public static string Symbol(Verdict verdict) => $"<span class=\"{verdict.Spelling()}\">{Sign(verdict)}</span>";

    private static string Sign(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "✓",
        Verdict.Fail => "✗",
        Verdict.Warn => "!",
        Verdict.Inconclusive => "?",
        _ => "–",
    };

    /// <summary>An id that an anchor can have.</summary>
    public static string Anchor(string scenario) => "s-" + string.Concat(scenario.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    public static string Time(TimeSpan time) => time.TotalMilliseconds < 1000
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    public static string Count(int number, string one) => $"{number} {one}{(number == 1 ? "" : "s")}";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
