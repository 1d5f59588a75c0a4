using System.Net;
using CoralMux.Harness.Basics;
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

    /// <summary>JSON between tags, of which the page has much: quotes may stay as they are there.</summary>
    public static string Content(string text) =>
        Visible.Text(text).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    public static string Pill(Verdict verdict) => $"<span class=\"pill {verdict.Spelling()}\">{Symbol(verdict)} {verdict.Spelling()}</span>";

    public static string Symbol(Verdict verdict) => verdict switch
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
