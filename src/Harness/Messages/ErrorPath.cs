using System.Globalization;
using System.Text;

namespace CoralMux.Harness.Messages;

/// <summary>Reads the paths of NJsonSchema, such as <c>#/a.b[0]['c.d']</c>.</summary>
internal static class ErrorPath
{
    /// <returns>Member names and array indices, from the document down.</returns>
    public static List<string> Steps(string? path)
    {
        var steps = new List<string>();
        var rest = (path ?? "").AsSpan();
        if (rest.StartsWith("#/"))
            rest = rest[2..];
        while (!rest.IsEmpty)
        {
            if (rest.StartsWith("['"))
                steps.Add(TakeQuoted(ref rest));
            else if (rest[0] == '[')
                steps.Add(TakeUntil(ref rest, 1, "]"));
            else if (rest[0] is '.' or ']')
                rest = rest[1..];
            else
                steps.Add(TakeUntil(ref rest, 0, ".["));
        }
        return steps;
    }

    private static string TakeUntil(ref ReadOnlySpan<char> rest, int start, string ends)
    {
        rest = rest[start..];
        var end = rest.IndexOfAny(ends);
        var step = (end < 0 ? rest : rest[..end]).ToString();
        rest = end < 0 ? default : rest[end..];
        return step;
    }

    private static string TakeQuoted(ref ReadOnlySpan<char> rest)
    {
        var step = new StringBuilder();
        var at = 2;
        for (; at < rest.Length && rest[at] != '\''; at++)
        {
            if (rest[at] != '\\' || at + 1 == rest.Length)
                step.Append(rest[at]);
            else
                step.Append(Unescape(rest, ref at));
        }
        rest = rest[Math.Min(at + 1, rest.Length)..];
        return step.ToString();
    }

    private static char Unescape(ReadOnlySpan<char> text, ref int at)
    {
        at++;
        if (text[at] == 'u' && at + 4 < text.Length
            && ushort.TryParse(text.Slice(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
        {
            at += 4;
            return (char)code;
        }
        return text[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other };
    }
}
