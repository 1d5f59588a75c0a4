using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Http;

namespace CoralMux.ReferenceRelay.Tests.Support;

/// <summary>A WebSocket client that sees frames and sends whatever bytes it is given.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    /// <summary>Generous, because machines that run tests are busy; nothing waits for it when all is well.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Stream _stream;
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    private TestClient(Socket socket, Stream stream)
    {
        Socket = socket;
        _stream = stream;
    }

    public Socket Socket { get; }

    public string Handshake { get; private set; } = "";

    public static async Task<TestClient> ConnectAsync(
        int port, byte[]? behind = null, bool tls = false, Action<SslClientAuthenticationOptions>? configureTls = null, string? request = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls)
        {
            var secured = new SslStream(stream);
            var options = new SslClientAuthenticationOptions { TargetHost = "localhost" };
            configureTls?.Invoke(options);
            await secured.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
            stream = secured;
        }

        var client = new TestClient(socket, stream);
        var handshake = Encoding.ASCII.GetBytes(request ??
            "GET /ws HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        await client.SendRawAsync([.. handshake, .. behind ?? []]);
        await client.ReadHandshakeAsync();
        return client;
    }

    public async Task<JsonElement> AuthenticateAsync(string token, string role)
    {
        await SendAsync(Envelopes.Auth(token, role));
        return await ReceiveJsonAsync();
    }

    public Task SendAsync(string text) => SendRawAsync(Frame.Of(text));

    public Task SendAsync(byte[] payload) => SendRawAsync(Frame.Of(Frame.Text, payload));

    public async Task SendRawAsync(byte[] bytes)
    {
        using var patience = Wait();
        await _stream.WriteAsync(bytes, patience.Token);
    }

    /// <summary>The next frame of any kind. Throws <see cref="EndOfStreamException"/> when there is none.</summary>
    public async Task<(byte Opcode, byte[] Payload)> ReceiveFrameAsync()
    {
        await NeedAsync(2);
        var opcode = (byte)(_buffer[_start] & 0x0F);
        Assert.Equal(0x80, _buffer[_start] & 0xF0);
        Assert.Equal(0, _buffer[_start + 1] & 0x80);
        var head = 2;
        long length = _buffer[_start + 1];
        if (length == 126)
        {
            await NeedAsync(head = 4);
            length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2));
        }
        else if (length == 127)
        {
            await NeedAsync(head = 10);
            length = BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_start + 2));
        }

        await NeedAsync(head + (int)length);
        var payload = _buffer.AsSpan(_start + head, (int)length).ToArray();
        _start += head + (int)length;
        return (opcode, payload);
    }

    /// <summary>The next message; the relay's own pings are passed over.</summary>
    public async Task<byte[]> ReceiveAsync()
    {
        while (true)
        {
            var (opcode, payload) = await ReceiveFrameAsync();
            if (opcode == Frame.Ping)
                continue;
            Assert.True(opcode == Frame.Text, $"a message was expected, opcode {opcode} came: {Encoding.UTF8.GetString(payload)}");
            return payload;
        }
    }

    public async Task<string> ReceiveTextAsync() => Encoding.UTF8.GetString(await ReceiveAsync());

    public async Task<JsonElement> ReceiveJsonAsync() => JsonElement.Parse(await ReceiveAsync());

    /// <summary>The next message must be an error envelope of the relay, whole; returns its payload.</summary>
    public async Task<JsonElement> ReceiveErrorAsync(string code, string type = "chat.error")
    {
        var envelope = await ReceiveJsonAsync();
        Assert.Equal(type, envelope.GetProperty("type").GetString());
        Assert.Equal(1, envelope.GetProperty("v").GetInt32());
        Assert.True(envelope.GetProperty("id").TryGetGuid(out _));
        Assert.True(envelope.GetProperty("ts").GetInt64() > 0);
        var payload = envelope.GetProperty("payload");
        Assert.Equal(code, payload.GetProperty("code").GetString());
        Assert.NotEmpty(payload.GetProperty("message").GetString()!);
        return payload;
    }

    public async Task AssertStatusAsync(string peer)
    {
        var envelope = await ReceiveJsonAsync();
        Assert.Equal("status", envelope.GetProperty("type").GetString());
        Assert.Equal(peer, envelope.GetProperty("payload").GetProperty("peer").GetString());
    }

    /// <summary>Reads on until the close frame, and then the end of the stream.</summary>
    public async Task<int> ReceiveCloseAsync()
    {
        while (true)
        {
            var (opcode, payload) = await ReceiveFrameAsync();
            if (opcode != Frame.Close)
                continue;
            await Assert.ThrowsAsync<EndOfStreamException>(() => NeedAsync(1));
            return payload.Length == 0 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);
        }
    }

    /// <summary>A ping there and a pong back: everything sent before has been dealt with.</summary>
    public async Task SyncAsync()
    {
        await SendAsync(Envelopes.Of("ping"));
        Assert.Equal("pong", (await ReceiveJsonAsync()).GetProperty("type").GetString());
    }

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    private async Task ReadHandshakeAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
            await ReadMoreAsync();
        Handshake = Encoding.ASCII.GetString(_buffer, _start, end);
        _start += end + 4;
    }

    private async Task NeedAsync(int count)
    {
        if (_buffer.Length < count)
            Array.Resize(ref _buffer, count + 4096);
        while (_end - _start < count)
            await ReadMoreAsync();
    }

    private async Task ReadMoreAsync()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _end);
        using var patience = Wait();
        int read;
        try
        {
            read = await _stream.ReadAsync(_buffer.AsMemory(_end), patience.Token);
        }
        catch (IOException)
        {
            read = 0;
        }

        if (read == 0)
            throw new EndOfStreamException();
        _end += read;
    }

    private static CancellationTokenSource Wait()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Patience);
        return source;
    }
}
