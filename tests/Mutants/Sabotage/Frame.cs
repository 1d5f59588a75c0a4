using System.Buffers.Binary;

namespace CoralMux.Mutants.Sabotage;

/// <summary>A WebSocket frame as it came, good or bad: what breaks RFC 6455 passes too.</summary>
/// <param name="First">FIN, reserved bits, opcode.</param>
internal sealed record Frame(byte First, bool Masked, byte[] Payload)
{
    public const int Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    public int Opcode => First & 0xF;

    public bool Fin => (First & 0x80) != 0;

    public bool IsReserved => (First & 0x70) != 0;

    public bool IsControl => Opcode >= 8;

    public static Frame Of(int opcode, ReadOnlySpan<byte> payload, bool fin = true) =>
        new((byte)(opcode | (fin ? 0x80 : 0)), Masked: false, payload.ToArray());

    public static Frame OfClose(int code, string reason = "") =>
        Of(Close, [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)]);

    public int? CloseCode => Opcode == Close && Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : null;

    /// <summary>The header; a mask is all zeros, so that the payload stays as it is.</summary>
    public static byte[] Header(byte first, bool masked, ulong length)
    {
        var mask = masked ? 0x80 : 0;
        byte[] head = length switch
        {
            < 126 => [first, (byte)(mask | (int)length)],
            <= ushort.MaxValue => [first, (byte)(mask | 126), (byte)(length >> 8), (byte)length],
            _ => [first, (byte)(mask | 127), 0, 0, 0, 0, 0, 0, 0, 0],
        };
        if (length > ushort.MaxValue)
            BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(2), length);
        return masked ? [.. head, 0, 0, 0, 0] : head;
    }

    public byte[] Bytes() => [.. Header(First, Masked, (ulong)Payload.Length), .. Payload];
}
