using System.Buffers.Binary;

namespace CoralMux.ReferenceRelay.Framing;

/// <summary>The header of a frame from a client, checked against RFC 6455 §5.2 (TRN-17). Sizes are in bytes.</summary>
internal readonly record struct FrameHeader(Opcode Opcode, bool Final, long Length, uint MaskKey, int Size)
{
    public const int MaxControlPayload = 125;

    public bool IsControl => (byte)Opcode >= 8;

    /// <returns>False when more bytes are needed. A header that is not allowed sets <paramref name="problem"/>.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header, out string? problem)
    {
        header = default;
        problem = null;
        if (bytes.Length < 2)
            return false;

        byte first = bytes[0], second = bytes[1];
        var opcode = (Opcode)(first & 0x0F);
        var final = (first & 0x80) != 0;
        if ((first & 0x70) != 0)
            problem = "reserved bits are set";
        else if (opcode is not (Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong))
            problem = "reserved opcode";
        else if ((second & 0x80) == 0)
            problem = "client frames must be masked";
        else if ((byte)opcode >= 8 && !final)
            problem = "control frames must not be fragmented";
        else if ((byte)opcode >= 8 && (second & 0x7F) > MaxControlPayload)
            problem = "control frames carry at most 125 bytes";
        if (problem is not null)
            return true;

        long length = second & 0x7F;
        var position = 2;
        if (length == 126)
        {
            if (bytes.Length < 4) return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            position = 4;
            if (length < 126) problem = "length not in its shortest form";
        }
        else if (length == 127)
        {
            if (bytes.Length < 10) return false;
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
            position = 10;
            if (length is >= 0 and <= ushort.MaxValue) problem = "length not in its shortest form";
            if (length < 0) problem = "length over 63 bits";
        }

        if (problem is not null)
            return true;
        if (bytes.Length < position + 4)
            return false;

        header = new FrameHeader(opcode, final, length, Masking.ReadKey(bytes[position..]), position + 4);
        return true;
    }

    public static int ServerSize(int length) => length < 126 ? 2 : length <= ushort.MaxValue ? 4 : 10;

    /// <summary>Writes the header of an unfragmented, unmasked frame (TRN-28).</summary>
    public static int WriteServer(Span<byte> target, Opcode opcode, int length)
    {
        target[0] = (byte)(0x80 | (byte)opcode);
        if (length < 126)
        {
            target[1] = (byte)length;
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            target[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
            return 4;
        }

        target[1] = 127;
        BinaryPrimitives.WriteInt64BigEndian(target[2..], length);
        return 10;
    }
}
