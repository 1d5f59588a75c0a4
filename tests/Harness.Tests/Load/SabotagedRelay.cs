using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CoralMux.Harness.Tests.Load;

/// <summary>What a relay may do wrong under load; each field breaks one thing.</summary>
public sealed record Sabotage
{
    /// <summary>One in so many messages is lost, 0 none; and so on.</summary>
    public int LoseOneIn { get; init; }

    public int DoubleOneIn { get; init; }

    public int SwapOneIn { get; init; }

    public int CorruptOneIn { get; init; }

    public int MisrouteOneIn { get; init; }

    public int RefuseConnectionOneIn { get; init; }

    /// <summary>Tokens are held back and delivered in a heap.</summary>
    public TimeSpan HoldBack { get; init; }

    /// <summary>What each connection leaves behind in <see cref="SabotagedRelay.ProcessId"/>.</summary>
    public int LeakBytesPerConnection { get; init; }

    public long DailyQuota { get; init; } = 1L << 50;
}

/// <summary>A small relay in this process that pairs and forwards, knows no limits, and does what its sabotage says.</summary>
public sealed partial class SabotagedRelay : IAsyncDisposable
{
    private readonly Sabotage _sabotage;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, Session> _sessions = new();
    private readonly LeakingProcess _memory = new();
    private readonly CancellationTokenSource _end = new();
    private int _connections;
    private int _messages;

    public SabotagedRelay(Sabotage sabotage)
    {
        _sabotage = sabotage;
        _listener.Start(1024);
        _ = AcceptAsync();
    }

    private sealed class Session
    {
        public Client? Phone, Agent;
    }

#pragma warning disable CA1001 // A semaphore whose handle nobody asked for holds nothing.
    private sealed class Client(Stream stream)
#pragma warning restore CA1001
    {
        public readonly SemaphoreSlim Turn = new(1);
        public byte[]? Held;

        public async Task SendAsync(byte[] message)
        {
            await Turn.WaitAsync();
            try
            {
                await stream.WriteAsync(Frame(message));
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // Its end is seen by its reader.
            }
            finally
            {
                Turn.Release();
            }
        }
    }

    public string Url => $"ws://{_listener.LocalEndpoint}/ws";

    /// <summary>The process whose memory is the relay's.</summary>
    public int ProcessId => _memory.Id;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        _memory.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                socket.NoDelay = true;
                _ = ServeAsync(new NetworkStream(socket, ownsSocket: true));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        await using var _ = stream;
        Session? session = null;
        Client client = new(stream);
        try
        {
            while (true)
            {
                var head = await HeadAsync(stream);
                if (head.StartsWith("POST", StringComparison.Ordinal))
                {
                    var body = $$"""{"token":"oc_pair_{{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}}"}""";
                    var created = $"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(created));
                    continue;
                }

                if (_sabotage.RefuseConnectionOneIn > 0 && Interlocked.Increment(ref _connections) % _sabotage.RefuseConnectionOneIn == 0)
                    return;
                if (_sabotage.LeakBytesPerConnection > 0)
                    _memory.Leak(_sabotage.LeakBytesPerConnection);

                var key = KeyHeader().Match(head).Groups[1].Value.Trim();
#pragma warning disable CA5350 // RFC 6455 asks for it.
                var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
                const string switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{switching}Sec-WebSocket-Accept: {accept}\r\n\r\n"));
                break;
            }

            var auth = Encoding.UTF8.GetString(await MessageAsync(stream) ?? []);
            var isPhone = auth.Contains("\"role\":\"phone\"", StringComparison.Ordinal);
            session = _sessions.GetOrAdd(Token().Match(auth).Value, _ => new Session());
            Client? peer;
            lock (session)
            {
                peer = isPhone ? session.Agent : session.Phone;
                if (isPhone)
                    session.Phone = client;
                else
                    session.Agent = client;
            }

            var paired = peer is null ? "false" : "true";
            await client.SendAsync(Envelope("auth.ok", $$"""{"paired":{{paired}},"daily_quota_bytes":{{_sabotage.DailyQuota}},"daily_used_bytes":0}"""));
            if (peer is not null)
                await peer.SendAsync(Envelope("status", """{"peer":"online"}"""));
            while (await MessageAsync(stream) is { } message)
            {
                Client? target;
                lock (session)
                    target = isPhone ? session.Agent : session.Phone;
                if (target is not null)
                    await ForwardAsync(session, target, isPhone, message);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            // It left.
        }
        finally
        {
            if (session is not null)
            {
                lock (session)
                {
                    if (session.Phone == client)
                        session.Phone = null;
                    if (session.Agent == client)
                        session.Agent = null;
                }
            }
        }
    }

    private async Task ForwardAsync(Session session, Client target, bool fromPhone, byte[] message)
    {
        var isKey = message.AsSpan(0, Math.Min(64, message.Length)).IndexOf("key_exchange"u8) >= 0;
        var number = isKey ? 0 : Interlocked.Increment(ref _messages);
        bool Strikes(int oneIn) => !isKey && oneIn > 0 && number % oneIn == 0;
        if (Strikes(_sabotage.LoseOneIn))
            return;
        if (Strikes(_sabotage.CorruptOneIn))
            message[^10] ^= 1;
        if (Strikes(_sabotage.MisrouteOneIn)
            && _sessions.Values.FirstOrDefault(other => other != session && other is { Agent: not null, Phone: not null }) is { } other)
            target = fromPhone ? other.Agent! : other.Phone!;
        if (_sabotage.HoldBack > TimeSpan.Zero && !isKey)
            await Task.Delay(_sabotage.HoldBack);
        if (Strikes(_sabotage.SwapOneIn) && target.Held is null)
        {
            target.Held = message;
            return;
        }

        await target.SendAsync(message);
        if (Strikes(_sabotage.DoubleOneIn))
            await target.SendAsync(message);
        if (target.Held is { } held)
        {
            target.Held = null;
            await target.SendAsync(held);
        }
    }

    private static byte[] Envelope(string type, string payload) =>
        Encoding.UTF8.GetBytes($$"""{"v":1,"type":"{{type}}","id":"{{Guid.NewGuid()}}","ts":1,"payload":{{payload}}}""");

    private static async Task<string> HeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static async Task<byte[]?> MessageAsync(Stream stream)
    {
        while (true)
        {
            var head = new byte[2];
            await stream.ReadExactlyAsync(head);
            long length = head[1] & 0x7F;
            if (length >= 126)
            {
                var more = new byte[length == 126 ? 2 : 8];
                await stream.ReadExactlyAsync(more);
                length = more.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(more) : BinaryPrimitives.ReadInt64BigEndian(more);
            }

            var mask = new byte[4];
            await stream.ReadExactlyAsync(mask);
            var payload = new byte[length];
            await stream.ReadExactlyAsync(payload);
            for (var i = 0; i < payload.Length; i++)
                payload[i] ^= mask[i & 3];
            switch (head[0] & 0x0F)
            {
                case 8:
                    return null;
                case 1:
                    return payload;
            }
        }
    }

    private static byte[] Frame(byte[] message)
    {
        var head = message.Length < 126 ? 2 : message.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[head + message.Length];
        frame[0] = 0x81;
        frame[1] = (byte)(head == 2 ? message.Length : head == 4 ? 126 : 127);
        if (head == 4)
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)message.Length);
        else if (head == 10)
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), message.Length);
        message.CopyTo(frame, head);
        return frame;
    }

    [GeneratedRegex("(?im)^Sec-WebSocket-Key:(.*)$")]
    private static partial Regex KeyHeader();

    [GeneratedRegex("oc_pair_[0-9a-f]+")]
    private static partial Regex Token();
}
