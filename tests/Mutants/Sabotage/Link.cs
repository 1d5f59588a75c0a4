using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace CoralMux.Mutants.Sabotage;

/// <summary>One WebSocket connection through the saboteur, with what it saw of its auth.</summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing.
internal sealed class Link(Saboteur saboteur, Socket client, ByteReader fromClient, Upstream relay, HttpCall handshake)
#pragma warning restore CA1001
{
    // Beyond it a frame is passed as it comes, whatever the orders: it only announces.
    private const ulong LargestWhole = 64 * 1024 * 1024;
    private const ulong LargestAuth = 16 * 1024;

    private static int _count;

    private readonly SemaphoreSlim _toClient = new(1);
    private readonly SemaphoreSlim _toRelay = new(1);
    private readonly ConcurrentDictionary<string, object> _memory = new();

    // After the saboteur's own close frame nothing is forwarded; what arrives is read and discarded.
    private volatile bool _closing;

    public int Number { get; } = Interlocked.Increment(ref _count);

    public Saboteur Saboteur => saboteur;

    public HttpCall Handshake => handshake;

    public int ClientPort => handshake.ClientPort;

    /// <summary>Of the last auth sent.</summary>
    public string? Token { get; private set; }

    public string? Role { get; private set; }

    /// <summary>The relay has sent auth.ok.</summary>
    public bool Joined { get; private set; }

    /// <summary>A close frame has been passed from the relay, or the connection has ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The newest connection at the other end of the token.</summary>
    public Link? Peer => saboteur.Of(Token).LastOrDefault(link => link.Role != Role && !link.IsOver);

    public T Recall<T>(string key)
        where T : class, new() => (T)_memory.GetOrAdd(key, _ => new T());

    /// <summary>True the first time that a name is asked for.</summary>
    public bool First(string key) => _memory.TryAdd("first " + key, true);

    public Task ToRelayAsync(Message message) => ToRelayAsync(Frame.Of(message.IsText ? Frame.Text : Frame.Binary, message.Bytes) with { Masked = true });

    public Task ToClientAsync(Message message) => ToClientAsync(Frame.Of(message.IsText ? Frame.Text : Frame.Binary, message.Bytes));

    public Task ToRelayAsync(Frame frame) => SendAsync(relay.Socket, _toRelay, frame.Bytes());

    public Task ToClientAsync(Frame frame)
    {
        IsOver |= frame.Opcode == Frame.Close;
        return SendAsync(client, _toClient, frame.Bytes());
    }

    public Task RawToClientAsync(byte[] bytes) => SendAsync(client, _toClient, bytes);

    /// <summary>An envelope as the relay makes them.</summary>
    public static Message Envelope(string type, string payload) => Message.Of(
        $$"""{"v":1,"type":"{{type}}","id":"{{Guid.NewGuid()}}","ts":{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}},"payload":{{payload}}}""");

    /// <summary>An error as the relay makes them.</summary>
    public static Message Error(string code, Message? cause = null, long? retryAfterMs = null, string text = "refused")
    {
        var payload = new JsonObject { ["code"] = code, ["message"] = text };
        if (retryAfterMs is { } wait)
            payload["retry_after_ms"] = wait;
        if (cause?.Id is { } id)
            payload["ref"] = id;
        return Envelope("chat.error", payload.ToJsonString());
    }

    public Task RefuseAsync(string code, Message? cause = null, long? retryAfterMs = null) => ToClientAsync(Error(code, cause, retryAfterMs));

    /// <summary>Says goodbye in the relay's name and leaves the relay.</summary>
    public async Task CloseAsync(int code)
    {
        await ToClientAsync(Frame.OfClose(code));
        _closing = true;
        Shutdown(relay.Socket);
    }

    /// <summary>Resets both sides.</summary>
    public void Cut()
    {
        IsOver = true;
        Reset(client);
        Reset(relay.Socket);
    }

    public async Task RunAsync()
    {
        var up = RunAsync(UpAsync, relay.Socket, isUp: true);
        var down = RunAsync(DownAsync, client, isUp: false);
        await Task.WhenAll(up, down);
        client.Dispose();
    }

    private async Task RunAsync(Func<Task> pump, Socket other, bool isUp)
    {
        try
        {
            await pump();
            await TellAsync(isUp ? saboteur.Left : saboteur.Ended);
            if (isUp ? !saboteur.HidesEnds : !saboteur.Keeps(this))
                Shutdown(other);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await TellAsync(isUp ? saboteur.Left : saboteur.Ended);
            if (isUp ? !saboteur.HidesEnds : !saboteur.Keeps(this))
                Cut();
        }

        IsOver |= isUp ? !saboteur.HidesEnds : !saboteur.Keeps(this);
    }

    private async Task TellAsync(Func<Link, Task>? order)
    {
        try
        {
            if (order is not null)
                await order(this);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The receiver has left too.
        }
    }

    private async Task UpAsync()
    {
        var message = new MemoryStream();
        var isText = true;
        var inside = false;
        // Part of a message that waits here is still a sign of life there.
        Task Waiting() => saboteur.Trickle(this);
        while (await fromClient.FrameHeaderAsync(Waiting, saboteur.Stopping) is var (first, masked, length, key))
        {
            var isData = (first & 0x0F) < 8;
            var whole = length <= LargestWhole && (saboteur.UpFrame is not null || !isData || saboteur.Up is not null || (!Joined && length <= LargestAuth));
            if (!whole)
            {
                await PassAsync(first, masked, length, key, fromClient, relay.Socket, _toRelay);
                continue;
            }

            var payload = await fromClient.ExactlyAsync((int)length, Waiting, saboteur.Stopping);
            for (var i = 0; masked && i < payload.Length; i++)
                payload[i] ^= key[i & 3];
            var frame = new Frame(first, masked, payload);
            if (saboteur.UpFrame is not null)
            {
                Track(frame);
                await saboteur.UpFrame(this, frame);
                continue;
            }

            var isViolation = frame.IsReserved || !masked || frame.Opcode is > 2 || inside != (frame.Opcode == Frame.Continuation);
            if (saboteur.Up is null || isViolation)
            {
                if (inside && isViolation && !frame.IsControl)
                    await ToRelayAsync(Frame.Of(isText ? Frame.Text : Frame.Binary, message.ToArray(), fin: false) with { Masked = true });
                Track(frame);
                await ToRelayAsync(frame);
                continue;
            }

            isText = frame.Opcode == Frame.Continuation ? isText : frame.Opcode == Frame.Text;
            message.Write(payload);
            inside = !frame.Fin;
            if (inside)
            {
                await Waiting();
                continue;
            }

            Track(Frame.Of(Frame.Text, message.ToArray()));
            await saboteur.Up(this, new Message(message.ToArray(), isText));
            message.SetLength(0);
        }
    }

    private async Task DownAsync()
    {
        while (await relay.Reader.FrameHeaderAsync(null, saboteur.Stopping) is var (first, masked, length, key))
        {
            if (saboteur.Down is null && saboteur.DownFrame is null && Joined && (first & 0xF) < 8)
            {
                await PassAsync(first, masked, length, key, relay.Reader, client, _toClient);
                continue;
            }

            var frame = new Frame(first, masked, await relay.Reader.ExactlyAsync((int)length, null, saboteur.Stopping));
            if (!Joined && !frame.IsControl && new Message(frame.Payload).Type == "auth.ok")
            {
                Joined = true;
                if (saboteur.Joined is not null)
                    await saboteur.Joined(this);
            }

            if (saboteur.DownFrame is not null)
                await saboteur.DownFrame(this, frame);
            else if (frame.IsControl || saboteur.Down is null)
                await ToClientAsync(frame);
            else
                await saboteur.Down(this, new Message(frame.Payload, frame.Opcode == Frame.Text));
        }
    }

    private void Track(Frame frame)
    {
        if (Joined || frame.IsControl || new Message(frame.Payload) is not { Type: "auth" } auth)
            return;
        (Token, Role) = (auth.Payload("token"), auth.Payload("role"));
    }

    private async Task PassAsync(byte first, bool masked, ulong length, byte[] key, ByteReader from, Socket to, SemaphoreSlim gate)
    {
        await gate.WaitAsync(saboteur.Stopping);
        try
        {
            var header = Frame.Header(first, masked, length);
            if (masked)
                key.CopyTo(header, header.Length - 4);
            await to.SendAsync(header, SocketFlags.None, saboteur.Stopping);
            while (length > 0)
            {
                var some = await from.SomeAsync(length, saboteur.Stopping);
                if (some.IsEmpty)
                    throw new EndOfStreamException();
                for (var sent = 0; sent < some.Length;)
                    sent += await to.SendAsync(some[sent..], SocketFlags.None, saboteur.Stopping);
                length -= (ulong)some.Length;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task SendAsync(Socket to, SemaphoreSlim gate, ReadOnlyMemory<byte> bytes)
    {
        if (_closing)
            return;
        await gate.WaitAsync(saboteur.Stopping);
        try
        {
            for (var sent = 0; sent < bytes.Length;)
                sent += await to.SendAsync(bytes[sent..], SocketFlags.None, saboteur.Stopping);
        }
        finally
        {
            gate.Release();
        }
    }

    private static void Shutdown(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over already.
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over already.
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Role} {Token}");
}
