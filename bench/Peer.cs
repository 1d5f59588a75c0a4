using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CoralMux.Bench;

/// <summary>One end of a pair: a socket, and a count of the whole frames it received.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private long _skip;

    public Socket Socket => socket;

    /// <summary>The other end said goodbye properly.</summary>
    public bool SawClose { get; private set; }

    public static async Task<Peer> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        return new Peer(socket);
    }

    public static async Task<Peer> ConnectAsync(IPEndPoint relay, string token, string role)
    {
        var peer = await ConnectAsync(relay);
        await peer.SendAsync(Encoding.ASCII.GetBytes(
            "GET /ws HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        await peer.SendAsync(Frames.Auth(token, role));
        var answer = new byte[1024];
        var length = 0;
        while (!answer.AsSpan(0, length).EndsWith("}}"u8))
        {
            var count = await socket(peer).ReceiveAsync(answer.AsMemory(length));
            if (count == 0) throw new IOException("the relay hung up: " + Encoding.UTF8.GetString(answer, 0, length));
            length += count;
        }

        if (answer.AsSpan(0, length).IndexOf("auth.ok"u8) < 0)
            throw new IOException("no auth.ok: " + Encoding.UTF8.GetString(answer, 0, length));
        return peer;

        static Socket socket(Peer p) => p.Socket;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    /// <summary>Waits for bytes and says how many frames they completed, not counting ones smaller than <paramref name="atLeast"/>; -1 at the end.</summary>
    public async ValueTask<int> ReceiveFramesAsync(int bufferSize, int atLeast = 200)
    {
        if (_buffer.Length < bufferSize)
            _buffer = new byte[bufferSize];
        var count = await socket.ReceiveAsync(_buffer.AsMemory(_end));
        if (count == 0)
            return -1;
        _end += count;
        return Count(atLeast);
    }

    public void Dispose() => socket.Dispose();

    private int Count(int atLeast)
    {
        var frames = 0;
        while (_start < _end)
        {
            if (_skip > 0)
            {
                var step = (int)Math.Min(_skip, _end - _start);
                _skip -= step;
                _start += step;
                if (_skip == 0)
                    frames++;
                continue;
            }

            var size = Frames.Size(_buffer.AsSpan(_start, _end - _start));
            if (size == 0)
                break;
            if (size < atLeast)
            {
                if (_end - _start < size)
                    break;
                SawClose |= (_buffer[_start] & 0x0F) == 8;
                _start += (int)size;
                continue;
            }

            _skip = size;
        }

        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return frames;
    }
}
