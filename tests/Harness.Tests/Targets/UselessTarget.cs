using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Targets;

/// <summary>What a target that is not a relay does with a connection.</summary>
public delegate Task Uselessness(NetworkStream stream, CancellationToken cancellationToken);

/// <summary>A useless server on a free loopback port.</summary>
public sealed class UselessTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public UselessTarget(Uselessness serve)
    {
        _listener.Start();
        Url = $"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/ws";
        _accepting = AcceptAsync(serve);
    }

    public string Url { get; }

    public static Task CloseAtOnce(NetworkStream stream, CancellationToken cancellationToken) => Task.CompletedTask;

    public static Task StayMute(NetworkStream stream, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public static Task Echo(NetworkStream stream, CancellationToken cancellationToken) =>
        ServeWebSocketAsync(stream, frame => frame.Payload.ToArray(), cancellationToken);

    public static Task AnswerWithTheSameError(NetworkStream stream, CancellationToken cancellationToken) =>
        ServeWebSocketAsync(
            stream,
            _ => Encoding.UTF8.GetBytes($$"""
                {"v":1,"type":"chat.error","id":"{{Guid.NewGuid()}}","ts":1767225600000,"payload":{"code":"INVALID_MESSAGE","message":"No." } }
                """),
            cancellationToken);

    /// <summary>A port on which nothing listens.</summary>
    public static string NobodyThere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ws";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Uselessness serve)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client, serve);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client, Uselessness serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream(), _stop.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or EndOfStreamException)
            {
                // The other side left, or the test is over.
            }
        }
    }

    /// <summary>The Sec-WebSocket-Accept that goes with a key.</summary>
    /// <summary>Answers an opening handshake as a WebSocket server does.</summary>
    public static ValueTask SwitchAsync(NetworkStream stream, string key, CancellationToken cancellationToken) => stream.WriteAsync(Encoding.ASCII.GetBytes(
        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept(key)}\r\n\r\n"), cancellationToken);

    private static string Accept(string key)
    {
#pragma warning disable CA5350 // RFC 6455 §4.2.2
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    /// <summary>Answers a handshake; null where it was none, and something else was answered.</summary>
    public static async Task<FrameReader?> ShakeHandsAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var key = "";
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            if (line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))
                key = line.Split(':', 2)[1].Trim();
        }

        if (key.Length == 0)
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), cancellationToken);
            return null;
        }

        await SwitchAsync(stream, key, cancellationToken);
        return new FrameReader(stream, ReadOnlyMemory<byte>.Empty);
    }

    public static async Task SendAsync(NetworkStream stream, Opcode opcode, byte[] payload, CancellationToken cancellationToken)
    {
        var bytes = new byte[FrameHeader.MaximumSize + payload.Length];
        var size = new FrameHeader(opcode, (ulong)payload.Length, MaskKey: null).Write(bytes);
        payload.CopyTo(bytes, size);
        await stream.WriteAsync(bytes.AsMemory(0, size + payload.Length), cancellationToken);
    }

    public static async Task ServeWebSocketAsync(NetworkStream stream, Func<Frame, byte[]> answer, CancellationToken cancellationToken)
    {
        using var frames = await ShakeHandsAsync(stream, cancellationToken);
        while (frames is not null && await frames.ReadAsync(cancellationToken) is { } frame)
        {
            var opcode = frame.Opcode switch { Opcode.Ping => Opcode.Pong, Opcode.Continuation => Opcode.Text, var other => other };
            await SendAsync(stream, opcode, frame.IsControl ? frame.Payload.ToArray() : answer(frame), cancellationToken);
            if (frame.Opcode == Opcode.Close)
                return;
        }
    }
}
