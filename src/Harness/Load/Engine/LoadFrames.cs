using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Frames of RFC 6455 §5.2, as far as a load client needs them.</summary>
internal static class LoadFrames
{
    public const byte Text = 1;
    public const byte Close = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    /// <summary>Bytes of the longest frame header, mask included.</summary>
    public const int LongestHead = 14;

    /// <summary>A whole frame of a client, with a mask of its own.</summary>
    public static byte[] Masked(byte opcode, ReadOnlySpan<byte> payload)
    {
        var mask = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        Span<byte> header = stackalloc byte[LongestHead];
        var length = WriteHead(header, opcode, payload.Length, mask);
        var frame = new byte[length + payload.Length];
        header[..length].CopyTo(frame);
        Masking.Copy(payload, frame.AsSpan(length), mask, 0);
        return frame;
    }

    /// <summary>Writes the header of a final frame.</summary>
    /// <param name="mask">Null: not masked, as a server's frame is.</param>
    /// <returns>The number of bytes written.</returns>
    public static int WriteHead(Span<byte> to, byte opcode, int size, uint? mask)
    {
        to[0] = (byte)(0x80 | opcode);
        var length = size < 126 ? 2 : size <= ushort.MaxValue ? 4 : 10;
        to[1] = (byte)((mask is null ? 0 : 0x80) | (length == 2 ? size : length == 4 ? 126 : 127));
        if (length == 4)
            BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)size);
        else if (length == 10)
            BinaryPrimitives.WriteInt64BigEndian(to[2..], size);
        if (mask is not { } key)
            return length;
        BinaryPrimitives.WriteUInt32LittleEndian(to[length..], key);
        return length + 4;
    }

    /// <returns>False when the header is not yet whole.</returns>
    /// <exception cref="InvalidDataException">The frame is masked, which a server's never is, or longer than 2^63 bytes.</exception>
    public static bool TryReadHead(ReadOnlySpan<byte> bytes, out int opcode, out bool final, out int head, out long length)
    {
        opcode = head = 0;
        final = false;
        length = 0;
        if (bytes.Length < 2)
            return false;
        opcode = bytes[0] & 0x0F;
        final = (bytes[0] & 0x80) != 0;
        if ((bytes[1] & 0x80) != 0)
            throw new InvalidDataException("a masked frame from the server");
        length = bytes[1];
        head = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (bytes.Length < head)
            return false;
        if (head == 4)
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (head == 10)
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        return length >= 0 ? true : throw new InvalidDataException("a length below zero");
    }
}
