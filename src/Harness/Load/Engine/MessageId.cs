namespace CoralMux.Harness.Load.Engine;

/// <summary>
/// The <c>id</c> of a load message: a UUID v4 (RFC 9562) whose free bits are this run, the user, the direction and the
/// message's number. An arriving message thus shows whose it is and its place in the row.
/// </summary>
internal readonly record struct MessageId(uint Run, int User, Direction Direction, long Number)
{
    public const int Length = 36;

    private const string Digits = "0123456789abcdef";

    public void Write(Span<byte> to)
    {
        Hex(to, (uint)User, 8);
        to[8] = (byte)'-';
        Hex(to[9..], Run >> 16, 4);
        to[13] = (byte)'-';
        to[14] = (byte)'4';
        to[15] = Direction == Direction.Up ? (byte)'0' : (byte)'1';
        Hex(to[16..], (Run >> 8) & 0xFF, 2);
        to[18] = (byte)'-';
        to[19] = (byte)'8';
        to[20] = (byte)'0';
        Hex(to[21..], Run & 0xFF, 2);
        to[23] = (byte)'-';
        Hex(to[24..], (ulong)Number, 12);
    }

    public static bool TryRead(ReadOnlySpan<byte> text, out MessageId id)
    {
        id = default;
        if (text.Length < Length || text[8] != '-' || text[13] != '-' || text[14] != '4' || text[18] != '-' || text[19] != '8' || text[23] != '-')
            return false;
        long bad = 0;
        var user = Value(text[..8], ref bad);
        var run = (Value(text.Slice(9, 4), ref bad) << 16) | (Value(text.Slice(16, 2), ref bad) << 8) | Value(text.Slice(21, 2), ref bad);
        var number = Value(text.Slice(24, 12), ref bad);
        if (bad != 0)
            return false;
        id = new MessageId((uint)run, (int)user, text[15] == '0' ? Direction.Up : Direction.Down, number);
        return true;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[Length];
        Write(text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    private static void Hex(Span<byte> to, ulong value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--, value >>= 4)
            to[i] = (byte)Digits[(int)(value & 15)];
    }

    private static long Value(ReadOnlySpan<byte> text, ref long bad)
    {
        long value = 0;
        foreach (var character in text)
        {
            var digit = character <= '9' ? character - '0' : character - 'a' + 10;
            bad |= (long)digit >> 4;
            value = (value << 4) | (uint)(digit & 15);
        }

        return value;
    }
}
