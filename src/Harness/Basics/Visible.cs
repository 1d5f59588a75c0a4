using System.Globalization;
using System.Text;

namespace CoralMux.Harness.Basics;

/// <summary>
/// Makes text that a relay sent harmless and readable: characters that are invisible, change the direction of the line, or
/// are illegal in XML are shown by name. The result is valid XML 1.0 text once escaped, and well-formed UTF-16.
/// </summary>
public static class Visible
{
    private const int ControlPictures = 0x2400;
    private const int DeletePicture = 0x2421;

    /// <summary>Line breaks and tabs stay.</summary>
    public static string Text(string text) => Make(text, keepsLines: true);

    /// <summary>As one line.</summary>
    public static string Line(string text) => Make(text, keepsLines: false);

    /// <summary>As one line of at most so many characters, an ellipsis included.</summary>
    public static string Line(string text, int width) => Cut(Line(text), width);

    public static string Cut(string text, int width)
    {
        if (text.Length <= width)
            return text;
        var end = char.IsHighSurrogate(text[width - 2]) ? width - 2 : width - 1;
        return text[..end] + "…";
    }

    private static string Make(string text, bool keepsLines)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' or '\r')
                visible.Append(keepsLines && rune.Value != '\r' ? (char)rune.Value : (char)(ControlPictures + rune.Value));
            else if (rune.Value < 0x20)
                visible.Append((char)(ControlPictures + rune.Value));
            else if (rune.Value == 0x7F)
                visible.Append((char)DeletePicture);
            else if (IsSilent(rune))
                visible.Append(CultureInfo.InvariantCulture, $"⟨U+{rune.Value:X4}⟩");
            else
                visible.Append(rune.ToString());
        }

        return visible.ToString();
    }

    // C1 controls, bidirectional and zero-width marks, line and paragraph separators, non-characters.
    private static bool IsSilent(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;
}
