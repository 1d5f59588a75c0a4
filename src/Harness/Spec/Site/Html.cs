using System.Net;

namespace CoralMux.Harness.Spec.Site;

internal static class Html
{
    /// <summary>Text as it is, escaped for an element or a quoted attribute.</summary>
    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    public static string Link(string href, string text, string? style = null) =>
        $"<a href=\"{Text(href)}\"{(style is null ? "" : $" class=\"{style}\"")}>{Text(text)}</a>";

    public static string Code(string text) => $"<code>{Text(text)}</code>";

    /// <summary>Text with code spans between backticks, as the descriptions of schemas use them.</summary>
    public static string Prose(string text) =>
        string.Concat(text.Split('`').Select((part, index) => index % 2 == 0 ? Text(part) : Code(part)));

    /// <summary>The start of a table that scrolls by itself on a narrow screen, up to its body.</summary>
    public static string Table(string style, params string[] heads) =>
        $"<div class=\"table\" tabindex=\"0\"><table{style}><thead><tr>{string.Concat(heads.Select(head => $"<th>{head}</th>"))}</tr></thead><tbody>";

    public static string Count(int number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
