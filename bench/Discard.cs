using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CoralMux.Bench;

/// <summary>
/// A target that costs next to nothing, to measure a load generator against: it hands out tokens, pairs, and swallows
/// what the one side sends. The other side gets the head of each message with an empty payload, so that the generator
/// knows that it is through. Bodies are dropped in the kernel and never copied.
/// </summary>
internal sealed partial class Discard
{
    private const int HeadSize = 512;
    private const int SwallowAtOnce = 4 << 20;

    private readonly ConcurrentDictionary<string, Session> _sessions = new();

    private sealed class Session
    {
        public Socket? Phone, Agent;
    }

    /// <summary>Runs until the process ends.</summary>
    public async Task RunAsync(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        Console.WriteLine($"ws://{listener.LocalEndPoint}/ws");
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var closing = socket;
        try
        {
            await OpenAsync(socket);
            var buffer = new byte[HeadSize];
            (_, var auth, _) = await HeadAsync(socket, buffer);
            var text = Encoding.UTF8.GetString(auth);
            var isPhone = text.Contains("\"role\":\"phone\"", StringComparison.Ordinal);
            var session = _sessions.GetOrAdd(Token().Match(text).Groups[1].Value, _ => new Session());
            Socket? peer;
            lock (session)
            {
                peer = isPhone ? session.Agent : session.Phone;
                if (isPhone) session.Phone = socket;
                else session.Agent = socket;
            }

            var paired = peer is null ? "false" : "true";
            await SendAsync(socket, $$$"""{"v":1,"type":"auth.ok","id":"{{{Guid.NewGuid()}}}","ts":1,"payload":{"paired":{{{paired}}}}}""");
            if (peer is not null)
                await SendAsync(peer, $$$"""{"v":1,"type":"status","id":"{{{Guid.NewGuid()}}}","ts":1,"payload":{"peer":"online"}}""");
            while (true)
            {
                var (opcode, head, rest) = await HeadAsync(socket, buffer);
                await SwallowAsync(socket, rest);
                if (opcode == 8)
                    return;
                if (opcode == 1 && (isPhone ? session.Agent : session.Phone) is { } other)
                    await SendAsync(other, Encoding.UTF8.GetString(head, 0, Math.Max(0, head.AsSpan().IndexOf("\"payload\":"u8))) + "\"payload\":{}}");
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // It left.
        }
    }

    // A token for whoever asks, and then the handshake; a client may ask for many tokens on one connection.
    private static async Task OpenAsync(Socket socket)
    {
        var request = new byte[4096];
        var length = 0;
        while (true)
        {
            while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                length += await socket.ReceiveAsync(request.AsMemory(length)) is > 0 and int count ? count : throw new IOException("it hung up");
            var text = Encoding.ASCII.GetString(request, 0, length);
            length = 0;
            if (text.StartsWith("POST", StringComparison.Ordinal))
            {
                var body = $$"""{"token":"oc_pair_{{Guid.NewGuid():N}}"}""";
                await socket.SendAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
                continue;
            }

#pragma warning disable CA5350 // RFC 6455 asks for it.
            var key = Key().Match(text).Groups[1].Value;
            var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
            return;
        }
    }

    // The frame's first bytes, unmasked, and how many follow that were not read.
    private static async Task<(int Opcode, byte[] Head, long Unread)> HeadAsync(Socket socket, byte[] buffer)
    {
        await FillAsync(socket, buffer.AsMemory(0, 2));
        var more = (buffer[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
        int opcode = buffer[0] & 0x0F, length7 = buffer[1] & 0x7F;
        await FillAsync(socket, buffer.AsMemory(0, more + 4));
        var length = more switch { 2 => BinaryPrimitives.ReadUInt16BigEndian(buffer), 8 => BinaryPrimitives.ReadInt64BigEndian(buffer), _ => length7 };
        var key = buffer[more..(more + 4)];
        var size = (int)Math.Min(length, buffer.Length);
        await FillAsync(socket, buffer.AsMemory(0, size));
        var head = buffer[..size];
        for (var i = 0; i < size; i++)
            head[i] ^= key[i & 3];
        return (opcode, head, length - size);
    }

    private static async Task FillAsync(Socket socket, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[(await socket.ReceiveAsync(buffer) is > 0 and int count ? count : throw new IOException("it hung up"))..];
    }

    // MSG_TRUNC on a TCP socket drops what it reads (tcp(7)): the buffer only says how much.
    private static readonly byte[] Nowhere = new byte[SwallowAtOnce];

    private static async Task SwallowAsync(Socket socket, long rest)
    {
        var flags = OperatingSystem.IsLinux() ? SocketFlags.Truncated : SocketFlags.None;
        while (rest > 0)
        {
            var count = await socket.ReceiveAsync(Nowhere.AsMemory(0, (int)Math.Min(rest, Nowhere.Length)), flags);
            rest -= count > 0 ? count : throw new IOException("the client closed the connection");
        }
    }

    private static async Task SendAsync(Socket socket, string message)
    {
        var payload = Encoding.UTF8.GetBytes(message);
        var head = payload.Length < 126 ? 2 : 4;
        var frame = new byte[head + payload.Length];
        frame[0] = 0x81;
        frame[1] = (byte)(head == 2 ? payload.Length : 126);
        if (head == 4)
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame, head);
        await socket.SendAsync(frame);
    }

    [GeneratedRegex("\"token\":\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("(?im)^Sec-WebSocket-Key:\\s*(\\S+)")]
    private static partial Regex Key();
}
