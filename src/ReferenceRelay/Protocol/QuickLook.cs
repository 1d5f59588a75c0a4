using System.Buffers;

namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>
/// The look at an envelope that is as nearly all envelopes are: well-formed, plainly spelled, not nested absurdly deep.
/// It accepts nothing that <see cref="Envelope"/>'s careful look would refuse or read differently; whatever it is not
/// sure about it leaves to that one. Only for text that is valid UTF-8.
/// </summary>
internal ref struct QuickLook(ReadOnlySpan<byte> text)
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

        if (!Take('}'))
            return false;
        SkipSpace();
        if (_at != _text.Length || !hasType || !hasVersion || !hasPayload)
            return false;

        envelope.Kind = kind;
        envelope.Ref = reference;
        envelope.Payload = payload;
        return true;
    }

    /// <summary>0 at the end, which is no character of JSON.</summary>
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

    /// <summary>One bit for each open bracket says whether it is an object's.</summary>
    private bool SkipValue()
    {
        ulong objects = 0;
        var depth = 0;
        while (true)
        {
            SkipSpace();
            var first = Peek();
            switch (first)
            {
                case (byte)'{' or (byte)'[':
                    if (depth == MaxDepth)
                        return false;
                    _at++;
                    SkipSpace();
                    if (Peek() == first + 2)
                    {
                        // Empty: both closing brackets lie two behind their opening ones.
                        _at++;
                        break;
                    }

                    depth++;
                    objects = (objects << 1) | (first == '{' ? 1u : 0u);
                    if (first == '{' && !SkipName())
                        return false;
                    continue;

                case (byte)'"':
                    if (!TryString(out _, out _))
                        return false;
                    break;

                case (byte)'t':
                    if (!SkipWord("true"u8))
                        return false;
                    break;

                case (byte)'f':
                    if (!SkipWord("false"u8))
                        return false;
                    break;

                case (byte)'n':
                    if (!SkipWord("null"u8))
                        return false;
                    break;

                default:
                    if (!SkipNumber())
                        return false;
                    break;
            }

            while (true)
            {
                if (depth == 0)
                    return true;

                var inObject = (objects & 1) != 0;
                if (Take(','))
                {
                    if (inObject && !SkipName())
                        return false;
                    break;
                }

                if (!Take(inObject ? '}' : ']'))
                    return false;
                depth--;
                objects >>= 1;
            }
        }
    }

    private bool SkipName()
    {
        SkipSpace();
        return TryString(out _, out _) && Take(':');
    }
}
