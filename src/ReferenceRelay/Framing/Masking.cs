using System.Numerics;
using System.Runtime.InteropServices;

namespace CoralMux.ReferenceRelay.Framing;

/// <summary>RFC 6455 §5.3.</summary>
internal static class Masking
{
    /// <summary>Unmasks in place. The key is the four bytes of the frame as a native integer.</summary>
    /// <returns>The key for the byte that follows <paramref name="bytes"/>.</returns>
    public static uint Apply(Span<byte> bytes, uint key)
    {
        var done = 0;
        if (bytes.Length >= Vector<byte>.Count)
        {
            var wide = Vector.AsVectorByte(new Vector<uint>(key));
            var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(bytes);
            for (var i = 0; i < vectors.Length; i++)
                vectors[i] ^= wide;
            done = vectors.Length * Vector<byte>.Count;
        }

        var words = MemoryMarshal.Cast<byte, uint>(bytes[done..]);
        for (var i = 0; i < words.Length; i++)
            words[i] ^= key;
        done += words.Length * sizeof(uint);

        var rest = bytes.Length - done;
        for (var i = 0; i < rest; i++)
            bytes[done + i] ^= KeyByte(key, i);
        return Rotate(key, rest);
    }

    private static byte KeyByte(uint key, int index) =>
        (byte)(BitConverter.IsLittleEndian ? key >> (8 * index) : key >> (24 - 8 * index));

    private static uint Rotate(uint key, int bytes) => BitConverter.IsLittleEndian
        ? BitOperations.RotateRight(key, 8 * bytes)
        : BitOperations.RotateLeft(key, 8 * bytes);

    public static uint ReadKey(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<uint>(bytes);
}
