using System.Text.Json;
using System.Text.Unicode;

namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>
/// The relay's one look at a message. It allocates nothing, builds no document and copies nothing: what it found
/// are positions in the message itself.
/// </summary>
internal ref struct Envelope
{
    /// <summary>
    /// Nesting is opaque: whatever fits into a message may be nested as deep as it likes
    /// (Utf8JsonReader keeps one bit per level).
    /// </summary>
    internal static readonly JsonReaderOptions Options = new() { MaxDepth = 1 << 26 };

    /// <summary>An id longer than this is no UUID, however it is spelled.</summary>
    public const int MaxRefLength = 6 * UuidLength;

    private const int UuidLength = 36;

    /// <summary>Null when the form is right; otherwise what is wrong, as a sentence for people.</summary>
    public string? Problem;

    public bool NotUtf8;

    public MessageKind Kind;

    /// <summary>
    /// The string <c>id</c> as it stands in the message, escapes included, without its quotes; empty when there is
    /// none, or more than one. Whether it may be echoed as <c>ref</c> says <see cref="IsUuid"/>.
    /// </summary>
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

        if (new QuickLook(message).TryRead(ref envelope))
            return envelope;

        try
        {
            envelope.Problem = envelope.ReadMembers(message);
        }
        catch (JsonException)
        {
            envelope.Problem = "The message is not valid JSON.";
            envelope.Ref = default;
        }

        return envelope;
    }

    /// <summary>The <c>id</c> of a message of which only the beginning is at hand.</summary>
    public static ReadOnlySpan<byte> ReadRef(ReadOnlySpan<byte> beginning)
    {
        var reader = new Utf8JsonReader(beginning, isFinalBlock: false, new JsonReaderState(Options));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && NameIs(ref reader, "id"u8))
                    return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxRefLength && Utf8.IsValid(reader.ValueSpan)
                        ? reader.ValueSpan
                        : default;
            }
        }
        catch (JsonException)
        {
        }

        return default;
    }

    /// <summary>8-4-4-4-12 hexadecimal digits once escapes are resolved.</summary>
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

    private string? ReadMembers(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message, isFinalBlock: true, new JsonReaderState(Options));
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            // Malformed is worse than not an object, and is what the sender should hear about.
            while (reader.Read()) { }
            return "The message is not a JSON object.";
        }

        string? problem = null;
        bool hasVersion = false, hasType = false, hasPayload = false, hasId = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (Member(ref reader))
            {
                case KnownMember.Version:
                    reader.Read();
                    hasVersion = true;
                    if (!IsOne(ref reader)) problem ??= "The member v must be 1.";
                    break;

                case KnownMember.Type:
                    reader.Read();
                    if (hasType) problem ??= "The member type stands twice.";
                    else if (reader.TokenType != JsonTokenType.String) problem ??= "The member type must be a string.";
                    else Kind = KindOf(ref reader);
                    hasType = true;
                    break;

                case KnownMember.Id:
                    reader.Read();
                    Ref = !hasId && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxRefLength
                        ? reader.ValueSpan
                        : default;
                    hasId = true;
                    break;

                case KnownMember.Payload:
                    reader.Read();
                    if (hasPayload) problem ??= "The member payload stands twice.";
                    hasPayload = true;
                    if (reader.TokenType != JsonTokenType.StartObject)
                    {
                        problem ??= "The member payload must be an object.";
                        break;
                    }

                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    Payload = message[start..(int)reader.BytesConsumed];
                    continue;

                default:
                    reader.Read();
                    break;
            }

            reader.Skip();
        }

        reader.Read();
        return problem
            ?? (!hasType ? "The member type is missing."
                : !hasPayload && Kind is not (MessageKind.Ping or MessageKind.Pong) ? "The member payload is missing."
                : !hasVersion ? "The member v is missing."
                : null);
    }

    private enum KnownMember { Other, Version, Type, Id, Payload }

    private static KnownMember Member(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            return NameIs(ref reader, "type"u8) ? KnownMember.Type
                : NameIs(ref reader, "payload"u8) ? KnownMember.Payload
                : NameIs(ref reader, "id"u8) ? KnownMember.Id
                : NameIs(ref reader, "v"u8) ? KnownMember.Version
                : KnownMember.Other;
        }

        var name = reader.ValueSpan;
        return name.Length switch
        {
            1 when name[0] == 'v' => KnownMember.Version,
            2 when name.SequenceEqual("id"u8) => KnownMember.Id,
            4 when name.SequenceEqual("type"u8) => KnownMember.Type,
            7 when name.SequenceEqual("payload"u8) => KnownMember.Payload,
            _ => KnownMember.Other,
        };
    }

    internal static bool NameIs(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
            return raw.SequenceEqual(name);

        // An escape takes at most six bytes for one of these letters.
        if (raw.Length > 6 * name.Length)
            return false;

        Span<byte> unescaped = stackalloc byte[raw.Length];
        return unescaped[..JsonText.Unescape(raw, unescaped)].SequenceEqual(name);
    }

    private static MessageKind KindOf(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
            return MessageKinds.Of(raw);

        var unescaped = raw.Length <= 512 ? stackalloc byte[raw.Length] : new byte[raw.Length];
        return MessageKinds.Of(unescaped[..JsonText.Unescape(raw, unescaped)]);
    }

    private static bool IsOne(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number
        && (reader.ValueSpan.SequenceEqual("1"u8) || (reader.TryGetDecimal(out var value) && value == 1));
}
