using System.Text.Json;
using System.Text.Unicode;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>Everything that the relay reads of a message: its type, id and form. It allocates nothing, builds no document and copies nothing; what it
/// found are positions in the message itself. The payload of a forwarded type is opaque (ENV-21), <c>ts</c> is not read, and no id is
/// remembered (ENV-12).</summary>
internal ref struct Envelope
{
    /// <summary>An id with more bytes than this is not a UUID, however it is spelled.</summary>
    public const int MaxRefLength = 6 * UuidLength;

    private const int UuidLength = 36;

    /// <summary>Null when the form is right; otherwise what is wrong, as a sentence for people.</summary>
    public string? Problem;

    /// <summary>Then it is not forwarded (TRN-14).</summary>
    public bool NotUtf8;

    public MessageKind Kind;

    /// <summary>The string <c>id</c> as it is in the message, escapes included, without its quotes; empty when there is none, or more than one.
    /// <see cref="IsUuid"/> says whether it may be sent back as <c>ref</c>.</summary>
    public ReadOnlySpan<byte> Ref;

    public ReadOnlySpan<byte> Payload;

    public static Envelope Read(ReadOnlySpan<byte> message)
    {
        var envelope = default(Envelope);
        if (!Utf8.IsValid(message))
        {
            envelope.Problem = "The message is not valid UTF-8.";
            envelope.NotUtf8 = true;
            return envelope;
        }

        if (!new FastEnvelopeReader(message).TryRead(ref envelope))
            CarefulEnvelopeReader.Read(message, ref envelope);
        return envelope;
    }

    /// <summary>The <c>id</c> of a message of which only the beginning is there.</summary>
    public static ReadOnlySpan<byte> ReadRef(ReadOnlySpan<byte> beginning)
    {
        var reader = new Utf8JsonReader(beginning, isFinalBlock: false, new JsonReaderState(JsonText.Options));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !JsonText.NameIs(ref reader, "id"u8))
                    continue;
                return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxRefLength
                    && Utf8.IsValid(reader.ValueSpan)
                        ? reader.ValueSpan
                        : default;
            }
        }
        catch (JsonException)
        {
        }

        return default;
    }

    /// <summary>8-4-4-4-12 hexadecimal digits once escapes are resolved (RFC 9562 §4).</summary>
    public static bool IsUuid(ReadOnlySpan<byte> raw)
    {
        if (raw.Length is < UuidLength or > MaxRefLength)
            return false;

        Span<byte> text = stackalloc byte[MaxRefLength];
        text = text[..JsonText.Unescape(raw, text)];
        if (text.Length != UuidLength)
            return false;

        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit((char)text[i]))
                return false;
        }

        return true;
    }
}
