using System.Security.Cryptography;
using System.Text;

namespace CoralMux.Harness.Wire;

/// <summary>The answer to an opening handshake (RFC 6455 §4.2.2).</summary>
/// <param name="Remainder">Bytes that came after the header.</param>
public sealed record HandshakeResponse(int Status, string Reason, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Remainder);

/// <summary>The target did not answer the opening handshake as a WebSocket server does.</summary>
/// <param name="status">The HTTP status, or 0 if the answer was not HTTP.</param>
public sealed class HandshakeException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>The opening handshake of RFC 6455 §4, client side.</summary>
public static class Handshake
{
    private const int MaximumHeader = 64 * 1024;
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>A fresh <c>Sec-WebSocket-Key</c>: base64 of 16 random bytes.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>The <c>Sec-WebSocket-Accept</c> that answers a key.</summary>
#pragma warning disable CA5350 // RFC 6455 §4.2.2 asks for SHA-1; nothing rests on its strength.
    public static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350

    /// <summary>The request a well-behaved client sends.</summary>
    public static byte[] Request(WireEndpoint endpoint, string key)
    {
        var url = endpoint.Url;
        var request = new StringBuilder()
            .Append("GET ").Append(url.PathAndQuery).Append(" HTTP/1.1\r\n")
            .Append("Host: ").Append(url.IsDefaultPort ? url.IdnHost : $"{url.Host}:{url.Port}").Append("\r\n")
            .Append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
            .Append("Sec-WebSocket-Key: ").Append(key).Append("\r\n");
        foreach (var (name, value) in endpoint.Headers)
            request.Append(name).Append(": ").Append(value).Append("\r\n");
        return Encoding.UTF8.GetBytes(request.Append("\r\n").ToString());
    }

    /// <summary>Reads the response header, whatever its status.</summary>
    /// <exception cref="HandshakeException">Not HTTP, or the connection ended first.</exception>
    public static async Task<HandshakeResponse> ReadResponseAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var count = 0;
        int end;
        while ((end = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (count == MaximumHeader)
                throw new HandshakeException(0, $"the answer to the handshake has no end within {MaximumHeader} bytes");
            if (count == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);

            var read = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken);
            if (read == 0)
                throw new HandshakeException(0, count == 0
                    ? "the connection was closed without an answer to the handshake"
                    : "the connection was closed in the middle of the answer to the handshake");
            count += read;
            if (count >= 5 && !buffer.AsSpan().StartsWith("HTTP/"u8))
                throw new HandshakeException(0, "the answer to the handshake is no HTTP");
        }

        var lines = Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n");
        var status = lines[0].Split(' ', 3);
        if (status.Length < 2 || !int.TryParse(status[1], out var code))
            throw new HandshakeException(0, $"the answer to the handshake has no status: '{lines[0]}'");

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        return new HandshakeResponse(code, status.Length > 2 ? status[2] : "", headers, buffer.AsMemory(end + 4, count - end - 4));
    }

    /// <summary>The checks that RFC 6455 §4.1 requires of a client.</summary>
    /// <exception cref="HandshakeException">The server did not accept, or accepted wrongly.</exception>
    public static void Verify(HandshakeResponse response, string key)
    {
        if (response.Status != 101)
            throw new HandshakeException(response.Status, $"the handshake was answered {response.Status} {response.Reason} instead of 101 Switching Protocols");
        if (!response.Headers.GetValueOrDefault("Upgrade", "").Equals("websocket", StringComparison.OrdinalIgnoreCase))
            throw new HandshakeException(101, "the handshake's answer lacks 'Upgrade: websocket'");

        var expected = AcceptOf(key);
        if (response.Headers.GetValueOrDefault("Sec-WebSocket-Accept") != expected)
            throw new HandshakeException(101, "the handshake's answer has a wrong Sec-WebSocket-Accept");
    }
}
