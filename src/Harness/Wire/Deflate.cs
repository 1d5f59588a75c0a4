using System.IO.Compression;

namespace CoralMux.Harness.Wire;

/// <summary>permessage-deflate (RFC 7692) without context takeover: each message by itself.</summary>
public static class Deflate
{
    /// <summary>The extension that a client offers; a server that accepts it keeps no context either (RFC 7692 §7.1.1.1).</summary>
    public const string Offer = "permessage-deflate; client_no_context_takeover; server_no_context_takeover";

    /// <summary>RSV1, on the first frame of a compressed message.</summary>
    public const int Rsv = 4;

    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>A message inflated beyond this is a bomb for us too.</summary>
    public const int LargestInflated = 64 * 1024 * 1024;

    public static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> message)
    {
        // Nothing to compress gives nothing to flush; RFC 7692 §7.2.3.6.
        if (message.IsEmpty)
            return new byte[] { 0 };
        var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(message.Span);
            deflate.Flush();
            // A sync flush ends with the tail that the message is sent without (§7.2.1); what Dispose adds is not part of it.
            return compressed.ToArray().AsMemory()[..^Tail.Length];
        }
    }

    /// <exception cref="InvalidDataException">The payload is not DEFLATE data, or inflates beyond the limit.</exception>
    public static byte[] Inflate(ReadOnlySpan<byte> payload)
    {
        using var inflate = new DeflateStream(new MemoryStream([.. payload, .. Tail]), CompressionMode.Decompress);
        var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = inflate.Read(buffer)) > 0;)
        {
            if (message.Length + read > LargestInflated)
                throw new InvalidDataException($"A compressed message of {payload.Length} bytes inflates to more than {LargestInflated}.");
            message.Write(buffer, 0, read);
        }

        return message.ToArray();
    }
}
