using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace CoralMux.Harness.Wire;

/// <summary>
/// A WebSocket connection at frame level: sends any bytes one likes, and sees everything that comes. One reader at a
/// time; senders are serialised.
/// </summary>
public sealed class WireConnection : IAsyncDisposable
{
    /// <summary>A frame larger than this is written in pieces.</summary>
    private const int LargestPiece = 64 * 1024;

    private readonly Stream _stream;
    private readonly FrameReader _frames;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Transcript _transcript;

    private WireConnection(string name, Stream stream, ReadOnlyMemory<byte> remainder, bool isCompressed, Transcript transcript)
    {
        Name = name;
        IsCompressed = isCompressed;
        _stream = stream;
        _frames = new FrameReader(stream, remainder);
        _transcript = transcript;
    }

    /// <summary>Who of the scenario this is, as the transcript calls it.</summary>
    public string Name { get; }

    /// <summary>permessage-deflate was offered and accepted.</summary>
    public bool IsCompressed { get; }

    /// <summary>The number of the transcript entry that notes its end; null while it is open.</summary>
    public int? EndEntry { get; private set; }

    /// <summary>Dials, shakes hands, and checks the answer.</summary>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    /// <exception cref="HandshakeException">What answers is no WebSocket server.</exception>
    public static async Task<WireConnection> OpenAsync(
        WireEndpoint endpoint, string name, Transcript transcript, CancellationToken cancellationToken)
    {
        var key = Handshake.NewKey();
        var (stream, response) = await OpenRawAsync(endpoint, Handshake.Request(endpoint, key), name, transcript, cancellationToken);
        try
        {
            Handshake.Verify(response, key);
            var extensions = response.Headers.GetValueOrDefault("Sec-WebSocket-Extensions", "");
            var isCompressed = extensions.StartsWith("permessage-deflate", StringComparison.OrdinalIgnoreCase);
            return new WireConnection(name, stream, response.Remainder, isCompressed, transcript);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a WebSocket can be opened there.</summary>
    public static async Task<bool> CanOpenAsync(WireEndpoint endpoint, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            await using var connection = await OpenAsync(endpoint, "probe", new Transcript(TimeProvider.System), timeout.Token);
            return true;
        }
        catch (Exception exception) when (exception is HandshakeException or SocketException or IOException or AuthenticationException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Dials, sends the bytes given in place of a handshake, and reads the response header whatever it is.</summary>
    public static async Task<(Stream Stream, HandshakeResponse Response)> OpenRawAsync(
        WireEndpoint endpoint, ReadOnlyMemory<byte> request, string name, Transcript transcript, CancellationToken cancellationToken)
    {
        var stream = await endpoint.DialAsync(cancellationToken);
        try
        {
            transcript.Add(name, Direction.Sent, "handshake", request.Span);
            await stream.WriteAsync(request, cancellationToken);
            var response = await Handshake.ReadResponseAsync(stream, cancellationToken);
            transcript.Add(name, Direction.Received, "handshake", Encoding.Latin1.GetBytes(
                $"{response.Status} {response.Reason}\n{string.Join('\n', response.Headers.Select(header => $"{header.Key}: {header.Value}"))}"));
            return (stream, response);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one well-formed, masked frame.</summary>
    public Task SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken, bool fin = true) =>
        SendAsync(new FrameHeader(opcode, (ulong)payload.Length, NewMaskKey(), fin), payload, cancellationToken);

    /// <summary>Sends a frame whose header may say anything; the payload is masked where the header has a key.</summary>
    public async Task SendAsync(FrameHeader header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken, string? note = null)
    {
        _transcript.Add(Name, Direction.Sent, Describe(header.Opcode, header.Fin), payload.Span, note ?? DescribeOddities(header, payload.Length));
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FrameHeader.MaximumSize + payload.Length, LargestPiece));
        await _sending.WaitAsync(cancellationToken);
        try
        {
            var filled = header.Write(buffer);
            do
            {
                // Pieces of a large frame, each masked where it stands: a whole number of keys, so that each begins with the key's first byte.
                var piece = payload[..Math.Min(payload.Length, (buffer.Length - filled) & ~3)];
                piece.Span.CopyTo(buffer.AsSpan(filled));
                if (header.MaskKey is { } key)
                    FrameHeader.ApplyMask(buffer.AsSpan(filled, piece.Length), key);
                await _stream.WriteAsync(buffer.AsMemory(0, filled + piece.Length), cancellationToken);
                payload = payload[piece.Length..];
                filled = 0;
            }
            while (payload.Length > 0);
        }
        finally
        {
            _sending.Release();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends bytes as they are, frames or not.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes, string note, CancellationToken cancellationToken)
    {
        _transcript.Add(Name, Direction.Sent, "raw", bytes.Span, note);
        await WriteAsync(bytes, cancellationToken);
    }

    /// <summary>The next frame, or null where the other side ended the connection.</summary>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var frame = await _frames.ReadAsync(cancellationToken);
            if (frame is { } seen)
            {
                var entry = _transcript.Add(Name, Direction.Received, Describe(seen.Opcode, seen.Fin), seen.Payload.Span, DescribeOddities(seen));
                return seen with { Entry = entry };
            }

            EndEntry = _transcript.Note(Name, "the relay ended the TCP connection");
            return null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or EndOfStreamException)
        {
            EndEntry = _transcript.Note(Name, exception is IOException and not EndOfStreamException ? "the connection was reset" : exception.Message);
            throw;
        }
    }

    /// <summary>Ends the connection with a TCP reset, as a peer whose network vanished with a rude NAT.</summary>
    public void Reset()
    {
        _transcript.Note(Name, "reset by the harness");
        if (_stream is NetworkStream network)
            network.Socket.LingerState = new LingerOption(true, 0);
        _stream.Dispose();
    }

    /// <summary>Gives the read buffer back; nobody reads any more.</summary>
    public void EndReading() => _frames.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _sending.Dispose();
    }

    public static uint NewMaskKey() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private static string Describe(Opcode opcode, bool fin) =>
        (Enum.IsDefined(opcode) ? opcode.ToString().ToLowerInvariant() : $"opcode 0x{(byte)opcode:X}") + (fin ? "" : " (more)");

    private static string? DescribeOddities(FrameHeader header, int sent)
    {
        var odd = new List<string>();
        if (header.MaskKey is null)
            odd.Add("not masked");
        if (header.Rsv != 0)
            odd.Add($"reserved bits {header.Rsv}");
        if (header.Length != (ulong)sent)
            odd.Add($"announces {header.Length} bytes");
        return odd.Count == 0 ? null : string.Join(", ", odd);
    }

    private static string? DescribeOddities(Frame frame)
    {
        var odd = new List<string>();
        if (frame.Masked)
            odd.Add("masked");
        if (frame.Rsv != 0)
            odd.Add($"reserved bits {frame.Rsv}");
        return odd.Count == 0 ? null : string.Join(", ", odd);
    }
}
