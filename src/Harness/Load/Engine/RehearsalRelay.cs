using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Pairs and forwards, within this process: the other end of a <see cref="Rehearsal"/>, and no example of a relay.</summary>
internal sealed class RehearsalRelay : IDisposable
{
    private const int Close = 8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Stream>> _peers = new();
    private readonly ConcurrentBag<Socket> _sockets = [];

    public RehearsalRelay()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"ws://{_listener.LocalEndpoint}/ws";

    public void Dispose()
    {
        _listener.Stop();
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _sockets.Add(socket);
                _ = ServeAsync(new NetworkStream(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        try
        {
            var header = await RequestAsync(stream);
            var key = header.Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.Ordinal))["Sec-WebSocket-Key:".Length..].Trim();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Handshake.AcceptOf(key)}\r\n\r\n"));
            var auth = JsonDocument.Parse((await FrameAsync(stream)).Payload).RootElement.GetProperty("payload");
            var (token, isPhone) = (auth.GetProperty("token").GetString(), auth.GetProperty("role").GetString() == "phone");
            TaskCompletionSource<Stream> Side(bool phone) => _peers.GetOrAdd(token + phone, _ => new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously));
            Side(isPhone).SetResult(stream);
            var peer = await Side(!isPhone).Task;
            // Only the reader of the other side writes here from now on.
            await SendAsync(stream, 1, Envelope("auth.ok", "{\"paired\":true}"));
            while (await FrameAsync(stream) is var (opcode, payload) && opcode != Close)
                await SendAsync(peer, opcode, payload);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // It left.
        }
    }

    private static byte[] Envelope(string type, string payload) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"v":1,"type":"{{type}}","id":"{{Guid.NewGuid()}}","ts":1,"payload":{{payload}}}"""));

    private static async Task<string> RequestAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        var count = 0;
        while (!buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
            count += await stream.ReadAsync(buffer.AsMemory(count)) is > 0 and var read ? read : throw new IOException("no request");
        return Encoding.ASCII.GetString(buffer, 0, count);
    }

    private static async Task<(byte Opcode, byte[] Payload)> FrameAsync(NetworkStream stream)
    {
        var head = new byte[14];
        await stream.ReadExactlyAsync(head.AsMemory(0, 2));
        var more = (head[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
        await stream.ReadExactlyAsync(head.AsMemory(2, more + 4));
        var length = more switch { 2 => BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), 8 => BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(2)), _ => head[1] & 0x7F };
        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload);
        Masking.Apply(payload, BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(2 + more)), 0);
        return ((byte)(head[0] & 0x0F), payload);
    }

    private static async Task SendAsync(Stream stream, byte opcode, byte[] payload)
    {
        var length = payload.Length < 126 ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[length + payload.Length];
        frame[0] = (byte)(0x80 | opcode);
        frame[1] = (byte)(length == 2 ? payload.Length : length == 4 ? 126 : 127);
        if (length == 4)
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        else if (length == 10)
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
        payload.CopyTo(frame, length);
        await stream.WriteAsync(frame);
    }
}
