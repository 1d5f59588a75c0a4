using System.Buffers;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>Reads an envelope that is as nearly all envelopes are: well-formed, spelled without escapes, nested at most 64 levels deep. It accepts
/// nothing that <see cref="CarefulEnvelopeReader"/> would refuse or read differently, and leaves everything else to that reader. Only for text that
/// is valid UTF-8.</summary>
internal ref struct FastEnvelopeReader(ReadOnlySpan<byte> text)
{
    private const int MaxDepth = 64;

    private static readonly SearchValues<byte> EndsPlainText = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    public bool TryRead(ref Envelope envelope)
    {
        bool hasType = false, hasVersion = false, hasPayload = false, hasId = false;
        MessageKind kind = default;
        ReadOnlySpan<byte> reference = default, payload = default;
        if (!Take('{'))
            return false;

        do
        {
            SkipSpace();
            if (!TryString(out var name, out var escaped) || escaped || !Take(':'))
                return false;

            SkipSpace();
            var start = _at;
            switch (name.Length)
            {
                case 4 when name.SequenceEqual("type"u8):
                    if (hasType || !TryString(out var type, out escaped) || escaped)
                        return false;
                    hasType = true;
                    kind = MessageKinds.Of(type);
                    break;

                case 1 when name[0] == 'v':
                    if (Peek() != '1' || !SkipNumber() || _at != start + 1)
                        return false;
                    hasVersion = true;
                    break;

                case 7 when name.SequenceEqual("payload"u8):
                    if (hasPayload || Peek() != '{' || !SkipValue())
                        return false;
                    hasPayload = true;
                    payload = _text[start.._at];
                    break;

                case 2 when name.SequenceEqual("id"u8):
                    if (hasId || !TryString(out reference, out _) || reference.Length > Envelope.MaxRefLength)
                        return false;
                    hasId = true;
                    break;

                default:
                    if (!SkipValue())
                        return false;
                    break;
            }
        }
        while (Take(','));

        if (!Take('}') || !IsAtEnd() || !hasType || !hasVersion || !hasPayload)
            return false;

        envelope.Kind = kind;
        envelope.Ref = reference;
        envelope.Payload = payload;
        return true;
    }

    /// <summary>0 at the end, which is not a character of JSON.</summary>
    private readonly byte Peek() => (uint)_at < (uint)_text.Length ? _text[_at] : (byte)0;

    private bool Take(char expected)
    {
        SkipSpace();
        if (Peek() != expected)
            return false;
        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (Peek() is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _at++;
    }

    private bool TryString(out ReadOnlySpan<byte> content, out bool escaped)
    {
        var start = _at + 1;
        escaped = false;
        content = default;
        if (Peek() != '"')
            return false;

        _at = start;
        while (true)
        {
            var plain = _text[_at..].IndexOfAny(EndsPlainText);
            if (plain < 0)
                return false;
            _at += plain;
            if (_text[_at] == '"')
            {
                content = _text[start.._at];
                _at++;
                return true;
            }

            escaped = true;
            if (_text[_at] != '\\' || !SkipEscape())
                return false;
        }
    }

    private bool SkipEscape()
    {
        _at++;
        switch (Peek())
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                _at++;
                return true;

            case (byte)'u':
                _at++;
                for (var digits = 0; digits < 4; digits++, _at++)
                {
                    if (!char.IsAsciiHexDigit((char)Peek()))
                        return false;
                }

                return true;

            default:
                return false;
        }
    }

    private bool SkipNumber()
    {
        if (Peek() == '-')
            _at++;
        if (Peek() == '0')
            _at++;
        else if (!SkipDigits())
            return false;

        if (Peek() == '.')
        {
            _at++;
            if (!SkipDigits())
                return false;
        }

        if ((Peek() | 0x20) == 'e')
        {
            _at++;
            if (Peek() is (byte)'+' or (byte)'-')
                _at++;
            if (!SkipDigits())
                return false;
        }

        return true;
    }

    private bool SkipDigits()
    {
        var start = _at;
        while (Peek() is >= (byte)'0' and <= (byte)'9')
            _at++;
        return _at > start;
    }

    private bool SkipWord(ReadOnlySpan<byte> word)
    {
        if (!_text[_at..].StartsWith(word))
            return false;
        _at += word.Length;
        return true;
    }

    /// <summary>Skips any value. One bit for each open bracket says whether it is an object's.</summary>
    private bool SkipValue()
    {
        ulong objects = 0;
        var depth = 0;
        while (true)
        {
            SkipSpace();
            var first = Peek();
            if (first is (byte)'{' or (byte)'[')
            {
                if (depth == MaxDepth)
                    return false;
                _at++;
                SkipSpace();
                // An empty one is a value like any other: both closing brackets lie two behind their opening ones.
                if (Peek() != first + 2)
                {
                    depth++;
                    objects = (objects << 1) | (first == '{' ? 1u : 0u);
                    if (first == '{' && !SkipName())
                        return false;
                    continue;
                }

                _at++;
            }
            else if (!SkipScalar(first))
            {
                return false;
            }

            if (!SkipToNextValue(ref depth, ref objects))
                return false;
            if (depth == 0)
                return true;
        }
    }

    private bool SkipScalar(byte first) => first switch
    {
        (byte)'"' => TryString(out _, out _),
        (byte)'t' => SkipWord("true"u8),
        (byte)'f' => SkipWord("false"u8),
        (byte)'n' => SkipWord("null"u8),
        _ => SkipNumber(),
    };

    /// <summary>Behind a value: a comma, or the closing brackets of as many levels as end here.</summary>
    private bool SkipToNextValue(ref int depth, ref ulong objects)
    {
        while (depth > 0)
        {
            var inObject = (objects & 1) != 0;
            if (Take(','))
                return !inObject || SkipName();
            if (!Take(inObject ? '}' : ']'))
                return false;
            depth--;
            objects >>= 1;
        }

        return true;
    }

    private bool IsAtEnd()
    {
        SkipSpace();
        return _at == _text.Length;
    }

    private bool SkipName()
    {
        SkipSpace();
        return TryString(out _, out _) && Take(':');
    }
}
