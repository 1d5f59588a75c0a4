using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>How the relay reads JSON, and the strings in it that are already known to be well-formed.</summary>
internal static class JsonText
{
    /// <summary>What fits into a message may be nested as deep as it likes (ENV-16): Utf8JsonReader keeps one bit per level.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 1 << 26 };

    /// <summary>Whether the reader is at a member of this name.</summary>
    public static bool NameIs(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
            return raw.SequenceEqual(name);

        // An escape takes at most six bytes for one of these letters.
        if (raw.Length > 6 * name.Length)
            return false;

        Span<byte> unescaped = stackalloc byte[raw.Length];
        return unescaped[..Unescape(raw, unescaped)].SequenceEqual(name);
    }

    /// <summary>Unescapes into <paramref name="target"/>, which must be as long as <paramref name="escaped"/>. Lone surrogates become U+FFFD: they
    /// equal no name and no type of the protocol, and nothing else matters here (ENV-20).</summary>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> target)
    {
        var length = 0;
        for (var i = 0; i < escaped.Length;)
        {
            if (escaped[i] != '\\')
            {
                target[length++] = escaped[i++];
                continue;
            }

            var kind = escaped[i + 1];
            if (kind != 'u')
            {
                target[length++] = "bfnrt"u8.Contains(kind) ? (byte)' ' : kind;
                i += 2;
                continue;
            }

            var first = Unit(escaped[(i + 2)..]);
            i += 6;
            Rune rune;
            if (char.IsHighSurrogate(first) && i + 6 <= escaped.Length && escaped[i] == '\\' && escaped[i + 1] == 'u'
                && Rune.TryCreate(first, Unit(escaped[(i + 2)..]), out rune))
            {
                i += 6;
            }
            else if (!Rune.TryCreate(first, out rune))
            {
                rune = Rune.ReplacementChar;
            }

            length += rune.EncodeToUtf8(target[length..]);
        }

        return length;
    }

    private static char Unit(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits[..4], out ushort unit, out _, 'X') ? (char)unit : '\0';
}
