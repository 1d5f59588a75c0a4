using System.Numerics;
using System.Runtime.InteropServices;

namespace CoralMux.Harness.Load.Engine;

/// <summary>The mask of RFC 6455 §5.3.</summary>
internal static class Masking
{
    /// <summary>Copies and masks in one pass.</summary>
    /// <param name="key">The four bytes as they are in the frame, little-endian.</param>
    /// <param name="offset">How far into the frame's payload the span begins.</param>
    public static void Copy(ReadOnlySpan<byte> payload, Span<byte> to, uint key, long offset)
    {
        key = BitOperations.RotateRight(key, (int)(offset & 3) * 8);
        to = to[..payload.Length];
        var from = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(to);
        var mask = new Vector<uint>(key);
        for (var i = 0; i < from.Length; i++)
            vectors[i] = from[i] ^ mask;
        for (var i = from.Length * Vector<byte>.Count; i < payload.Length; i++)
            to[i] = (byte)(payload[i] ^ (byte)(key >> (i & 3) * 8));
    }

    /// <summary>In place.</summary>
    /// <param name="key">The four bytes as they are in the frame, little-endian.</param>
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
