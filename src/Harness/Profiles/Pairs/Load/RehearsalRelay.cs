using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>Pairs and forwards within this process: the other end of a <see cref="PairRehearsal"/>, not an example of a relay.</summary>
internal sealed class RehearsalRelay : IDisposable
{
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
            // The rehearsal is over.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        try
        {
            await HandshakeAsync(stream);
            var auth = JsonDocument.Parse((await FrameAsync(stream)).Payload).RootElement.GetProperty("payload");
            var (token, isPhone) = (auth.GetProperty("token").GetString(), auth.GetProperty("role").GetString() == "phone");
            Side(token + isPhone).SetResult(stream);
            var peer = await Side(token + !isPhone).Task;
            // From now on only the reader of the other side writes here.
            await SendAsync(stream, LoadFrames.Text, RelayMessage.Envelope("auth.ok", 1, "{\"paired\":true}"));
            while (await FrameAsync(stream) is var (opcode, payload) && opcode != LoadFrames.Close)
                await SendAsync(peer, opcode, payload);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The peer left.
        }
    }

    private TaskCompletionSource<Stream> Side(string name) =>
        _peers.GetOrAdd(name, _ => new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously));

    private static async Task HandshakeAsync(NetworkStream stream)
    {
        const string Key = "Sec-WebSocket-Key:";
        var header = await RequestAsync(stream);
        var key = header.Split("\r\n").First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..].Trim();
        var accept = $"Sec-WebSocket-Accept: {Handshake.AcceptOf(key)}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + accept));
    }

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
        var length = more switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)),
            8 => BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(2)),
            _ => head[1] & 0x7F,
        };
        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload);
        Masking.Apply(payload, BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(2 + more)), 0);
        return ((byte)(head[0] & 0x0F), payload);
    }

    private static async Task SendAsync(Stream stream, byte opcode, byte[] payload)
    {
        var header = new byte[LoadFrames.LongestHead];
        var length = LoadFrames.WriteHead(header, opcode, payload.Length, mask: null);
        await stream.WriteAsync((byte[])[.. header.AsSpan(0, length), .. payload]);
    }
}
