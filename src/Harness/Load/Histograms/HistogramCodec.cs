using System.Buffers.Binary;
using System.IO.Compression;

namespace CoralMux.Harness.Load.Histograms;

/// <summary>HdrHistogram's V2 compressed encoding in base64, as in a <c>.hlog</c>; it begins with <c>HISTFAAAA</c>.</summary>
public static class HistogramCodec
{
    private const int EncodingCookie = 0x1c849303 | 0x10;
    private const int CompressedCookie = 0x1c849304 | 0x10;
    private const int HeaderSize = 40;

    public static string Encode(Histogram histogram)
    {
        var counts = histogram.Counts;
        var plain = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderSize];
        plain.Write(header);
        var end = counts.LastIndexOfAnyExcept(0L) + 1;
        for (var i = 0; i < end;)
        {
            if (counts[i] != 0)
            {
                WriteZigZag(plain, counts[i++]);
                continue;
            }

            var zeros = counts[i..end].IndexOfAnyExcept(0L);
            WriteZigZag(plain, zeros == 1 ? 0 : -zeros);
            i += zeros;
        }

        var bytes = plain.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, EncodingCookie);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), bytes.Length - HeaderSize);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), 0); // normalizing index offset
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Histogram.SignificantDigits);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), 1);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), Histogram.HighestValue);
        BinaryPrimitives.WriteDoubleBigEndian(bytes.AsSpan(32), 1.0);

        var compressed = new MemoryStream();
        compressed.Write(stackalloc byte[8]);
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        var result = compressed.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(result, CompressedCookie);
        BinaryPrimitives.WriteInt32BigEndian(result.AsSpan(4), result.Length - 8);
        return Convert.ToBase64String(result);
    }

    /// <exception cref="FormatException">It has another precision or range, or is not a histogram.</exception>
    public static Histogram Decode(string text)
    {
        try
        {
            var compressed = Convert.FromBase64String(text);
            if (BinaryPrimitives.ReadInt32BigEndian(compressed) != CompressedCookie)
                throw new FormatException("It is not a V2 compressed histogram.");
            var length = BinaryPrimitives.ReadInt32BigEndian(compressed.AsSpan(4));
            using var zlib = new ZLibStream(new MemoryStream(compressed, 8, length), CompressionMode.Decompress);
            var plain = new MemoryStream();
            zlib.CopyTo(plain);
            var bytes = plain.ToArray().AsSpan();
            if (BinaryPrimitives.ReadInt32BigEndian(bytes) != EncodingCookie
                || BinaryPrimitives.ReadInt32BigEndian(bytes[12..]) != Histogram.SignificantDigits
                || BinaryPrimitives.ReadInt64BigEndian(bytes[16..]) != 1)
                throw new FormatException("Its precision differs from that of the histograms of this program.");

            var histogram = new Histogram();
            var payload = bytes.Slice(HeaderSize, BinaryPrimitives.ReadInt32BigEndian(bytes[4..]));
            for (int at = 0, index = 0; at < payload.Length;)
            {
                var value = ReadZigZag(payload, ref at);
                if (value < 0)
                {
                    index = checked(index + (int)-value);
                    continue;
                }

                if (index >= Histogram.Length)
                    throw new FormatException("It has values beyond the range of this program's histograms.");
                histogram.AddAt(index++, value);
            }

            return histogram;
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new FormatException($"It is not a V2 compressed histogram: {exception.Message}", exception);
        }
    }

    // LEB128, but the ninth byte holds eight bits.
    private static void WriteZigZag(Stream output, long value)
    {
        var bits = (ulong)((value << 1) ^ (value >> 63));
        for (var i = 0; i < 8; i++)
        {
            if (bits < 0x80)
            {
                output.WriteByte((byte)bits);
                return;
            }

            output.WriteByte((byte)(bits | 0x80));
            bits >>= 7;
        }

        output.WriteByte((byte)bits);
    }

    private static long ReadZigZag(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong bits = 0;
        for (var i = 0; i < 8; i++)
        {
            var next = bytes[at++];
            bits |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return (long)(bits >> 1) ^ -(long)(bits & 1);
        }

        bits |= (ulong)bytes[at++] << 56;
        return (long)(bits >> 1) ^ -(long)(bits & 1);
    }
}
