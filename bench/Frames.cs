using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CoralMux.Bench;

/// <summary>Just enough of RFC 6455 to send prepared frames and to find where received ones end.</summary>
internal static class Frames
{
    public static byte[] Masked(ReadOnlySpan<byte> payload)
    {
        var head = payload.Length < 126 ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[head + 4 + payload.Length];
        frame[0] = 0x81;
        if (head == 2) frame[1] = (byte)(0x80 | payload.Length);
        else if (head == 4) { frame[1] = 0x80 | 126; BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length); }
        else { frame[1] = 0x80 | 127; BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length); }
        var key = frame.AsSpan(head, 4);
        RandomNumberGenerator.Fill(key);
        for (var i = 0; i < payload.Length; i++)
            frame[head + 4 + i] = (byte)(payload[i] ^ key[i % 4]);
        return frame;
    }

    /// <summary>An envelope of exactly <paramref name="size"/> bytes, in its frame.</summary>
    public static byte[] Message(string type, int size)
    {
        var head = $$$"""{"v":1,"type":"{{{type}}}","id":"5f0c4c6e-7a0b-4f0e-9d8e-0f3a3f1f2b11","ts":1795218744794,"payload":{"text":" """.TrimEnd();
        const string tail = "\"}}";
        return Masked(Encoding.UTF8.GetBytes(head + new string('x', size - head.Length - tail.Length) + tail));
    }

    public static byte[] Auth(string token, string role) => Masked(Encoding.UTF8.GetBytes(
        $$$"""{"v":1,"type":"auth","id":"5f0c4c6e-7a0b-4f0e-9d8e-0f3a3f1f2b12","ts":1,"payload":{"token":"{{{token}}}","role":"{{{role}}}"}}"""));

    /// <summary>Size of the frame that begins here; 0 when its head is not yet whole.</summary>
    public static long Size(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
            return 0;
        var mask = (bytes[1] & 0x80) != 0 ? 4 : 0;
        var length = bytes[1] & 0x7F;
        if (length < 126)
            return 2 + mask + length;
        if (length == 126)
            return bytes.Length < 4 ? 0 : 4 + mask + BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return bytes.Length < 10 ? 0 : 10 + mask + BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
    }
}
