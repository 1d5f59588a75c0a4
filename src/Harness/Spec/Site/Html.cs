using System.Net;

namespace CoralMux.Harness.Spec.Site;

internal static class Html
{
    /// <summary>Text that stands for itself, in an element or in a quoted attribute.</summary>
    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    public static string Link(string href, string text, string? style = null) =>
        $"<a href=\"{Text(href)}\"{(style is null ? "" : $" class=\"{style}\"")}>{Text(text)}</a>";

    public static string Code(string text) => $"<code>{Text(text)}</code>";

    /// <summary>Text with code spans between backticks, as the descriptions of schemas use them.</summary>
    public static string Prose(string text) =>
        string.Concat(text.Split('`').Select((part, index) => index % 2 == 0 ? Text(part) : Code(part)));

    public static string Count(int number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
