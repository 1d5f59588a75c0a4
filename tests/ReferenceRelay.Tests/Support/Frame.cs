using System.Buffers.Binary;
using System.Text;

namespace CoralMux.ReferenceRelay.Tests.Support;

/// <summary>Client frames as raw bytes, right or wrong.</summary>
internal static class Frame
{
    public const byte Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    public static byte[] Of(string text) => Of(Text, Encoding.UTF8.GetBytes(text));

    public static byte[] Of(
        byte opcode, ReadOnlySpan<byte> payload, bool final = true, byte reserved = 0, bool masked = true, uint key = 0x9A3C5E71, long? length = null)
    {
        var size = length ?? payload.Length;
        var frame = new List<byte> { (byte)((final ? 0x80 : 0) | reserved | opcode) };
        var mask = (byte)(masked ? 0x80 : 0);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, size);
        if (size is >= 0 and < 126)
        {
            frame.Add((byte)(mask | size));
        }
        else if (size is >= 0 and <= ushort.MaxValue)
        {
            frame.Add((byte)(mask | 126));
            frame.AddRange(number[6..]);
        }
        else
        {
            frame.Add((byte)(mask | 127));
            frame.AddRange(number);
        }

        if (!masked)
            return [.. frame, .. payload];

        BinaryPrimitives.WriteUInt32BigEndian(number, key);
        frame.AddRange(number[..4]);
        var head = frame.Count;
        frame.AddRange(payload);
        byte[] bytes = [.. frame];
        for (var i = 0; i < payload.Length; i++)
            bytes[head + i] ^= number[i % 4];
        return bytes;
    }
}
