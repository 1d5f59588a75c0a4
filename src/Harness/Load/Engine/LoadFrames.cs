using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Frames of RFC 6455 §5.2, as far as a load client needs them.</summary>
internal static class LoadFrames
{
    public static byte[] Masked(byte opcode, ReadOnlySpan<byte> payload)
    {
        var head = payload.Length < 126 ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[head + 4 + payload.Length];
        frame[0] = (byte)(0x80 | opcode);
        frame[1] = (byte)(0x80 | (head == 2 ? payload.Length : head == 4 ? 126 : 127));
        if (head == 4)
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        else if (head == 10)
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
        var key = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(head), key);
        payload.CopyTo(frame.AsSpan(head + 4));
        Masking.Apply(frame.AsSpan(head + 4), key, 0);
        return frame;
    }

    /// <returns>False when the head is not yet whole.</returns>
    /// <exception cref="InvalidDataException">A server's frame is never masked, and no longer than 2^63.</exception>
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
