using System.Numerics;
using System.Runtime.InteropServices;

namespace CoralMux.Harness.Load.Engine;

/// <summary>The mask of RFC 6455 §5.3, in place.</summary>
internal static class Masking
{
    /// <param name="key">The four bytes as they stand in the frame, little-endian.</param>
    /// <param name="offset">How far into the frame's payload the span begins.</param>
    public static void Apply(Span<byte> payload, uint key, long offset)
    {
        key = BitOperations.RotateRight(key, (int)(offset & 3) * 8);
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        var mask = new Vector<uint>(key);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] ^= mask;
        for (var i = vectors.Length * Vector<byte>.Count; i < payload.Length; i++)
            payload[i] ^= (byte)(key >> (i & 3) * 8);
    }
}
