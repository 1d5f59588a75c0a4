using System.Runtime.CompilerServices;
using System.Text.Json;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>Reads an envelope with the JSON reader of .NET: for those that <see cref="FastEnvelopeReader"/> leaves, the malformed ones among
/// them.</summary>
internal ref struct CarefulEnvelopeReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private Utf8JsonReader _json = new(message, isFinalBlock: true, new JsonReaderState(JsonText.Options));
    private string? _problem;
    private bool _hasVersion;
    private bool _hasType;
    private bool _hasPayload;
    private bool _hasId;

    /// <summary>For text that is valid UTF-8. Not inlined: every message would pay for the room that the reader needs on the stack.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Read(ReadOnlySpan<byte> message, ref Envelope envelope)
    {
        try
        {
            envelope.Problem = new CarefulEnvelopeReader(message).ReadMembers(ref envelope);
        }
        catch (JsonException)
        {
            envelope.Problem = "The message is not valid JSON.";
            envelope.Ref = default;
        }
    }

    private string? ReadMembers(ref Envelope envelope)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            // When the text is malformed as well, the sender is informed of that (ENV-06 before ENV-07).
            while (_json.Read()) { }
            return "The message is not a JSON object.";
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            // By exact name (ENV-18), once escapes are resolved (ENV-20).
            var (isVersion, isType, isId, isPayload) = (Is("v"u8), Is("type"u8), Is("id"u8), Is("payload"u8));
            _json.Read();
            if (isVersion) ReadVersion();
            else if (isType) ReadType(ref envelope);
            else if (isId) ReadId(ref envelope);
            else if (isPayload) ReadPayload(ref envelope);
            _json.Skip();
        }

        _json.Read();
        return _problem
            ?? (!_hasType ? "The member type is missing."
                : !_hasPayload && envelope.Kind is not (MessageKind.Ping or MessageKind.Pong) ? "The member payload is missing."
                : !_hasVersion ? "The member v is missing."
                : null);
    }

    /// <summary>ENV-10.</summary>
    private void ReadVersion()
    {
        _hasVersion = true;
        if (_json.TokenType != JsonTokenType.Number
            || !(_json.ValueSpan.SequenceEqual("1"u8) || (_json.TryGetDecimal(out var value) && value == 1)))
            _problem ??= "The member v must be 1.";
    }

    /// <summary>ENV-08, ENV-19.</summary>
    private void ReadType(ref Envelope envelope)
    {
        if (_hasType) _problem ??= "The member type appears twice.";
        else if (_json.TokenType != JsonTokenType.String) _problem ??= "The member type must be a string.";
        else envelope.Kind = KindOf();
        _hasType = true;
    }

    /// <summary>It may be missing, malformed or there twice (ENV-11); then no error names it (ERR-17).</summary>
    private void ReadId(ref Envelope envelope)
    {
        envelope.Ref = !_hasId && _json.TokenType == JsonTokenType.String && _json.ValueSpan.Length <= Envelope.MaxRefLength
            ? _json.ValueSpan
            : default;
        _hasId = true;
    }

    /// <summary>ENV-09, ENV-19. What is inside need only be JSON (ENV-15, ENV-17).</summary>
    private void ReadPayload(ref Envelope envelope)
    {
        if (_hasPayload) _problem ??= "The member payload appears twice.";
        _hasPayload = true;
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _problem ??= "The member payload must be an object.";
            return;
        }

        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        envelope.Payload = _message[start..(int)_json.BytesConsumed];
    }

    private bool Is(ReadOnlySpan<byte> name) => JsonText.NameIs(ref _json, name);

    private readonly MessageKind KindOf()
    {
        var raw = _json.ValueSpan;
        if (!_json.ValueIsEscaped)
            return MessageKinds.Of(raw);

        var unescaped = raw.Length <= 512 ? stackalloc byte[raw.Length] : new byte[raw.Length];
        return MessageKinds.Of(unescaped[..JsonText.Unescape(raw, unescaped)]);
    }
}
