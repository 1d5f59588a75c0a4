using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CoralMux.Harness.Wire;

/// <summary>
/// The header of a frame (RFC 6455 §5.2). Every field may be wrong: a conformance client must be able to send what a
/// correct library refuses.
/// </summary>
/// <param name="Length">The payload length announced, in bytes; not necessarily what follows.</param>
/// <param name="MaskKey">The masking key as on the wire, or null for an unmasked frame.</param>
/// <param name="LengthBytes">0 for the shortest form, else 2 or 8 to force the 16-bit or 64-bit form.</param>
public readonly record struct FrameHeader(
    Opcode Opcode, ulong Length, uint? MaskKey, bool Fin = true, int Rsv = 0, int LengthBytes = 0)
{
    public const int MaximumSize = 14;

    /// <summary>Writes the header and returns its size, 2 to 14 bytes.</summary>
    public int Write(Span<byte> destination)
    {
        var form = LengthBytes != 0 ? LengthBytes : Length <= 125 ? 0 : Length <= ushort.MaxValue ? 2 : 8;
        destination[0] = (byte)((Fin ? 0x80 : 0) | (Rsv << 4) | (byte)Opcode);
        var mask = MaskKey is null ? 0 : 0x80;
        var size = 2 + form;
        switch (form)
        {
            case 0:
                destination[1] = (byte)(mask | (int)Length);
                break;
            case 2:
                destination[1] = (byte)(mask | 126);
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Length);
                break;
            default:
                destination[1] = (byte)(mask | 127);
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], Length);
                break;
        }

        if (MaskKey is { } key)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[size..], key);
            size += 4;
        }

        return size;
    }

    /// <summary>Masks or unmasks a payload in place (RFC 6455 §5.3).</summary>
    /// <param name="key">The masking key as on the wire, first byte highest.</param>
    public static void ApplyMask(Span<byte> payload, uint key)
    {
        var word = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(key) : key;
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        var mask = new Vector<uint>(word);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] ^= mask;

        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, key);
        for (var i = vectors.Length * Vector<byte>.Count; i < payload.Length; i++)
            payload[i] ^= bytes[i & 3];
    }
}
