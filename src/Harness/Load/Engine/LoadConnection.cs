using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Load.Engine;

/// <summary>
/// One WebSocket of a virtual user, made for large numbers: nothing is recorded, an idle connection holds no buffer, and a
/// long message is compared while it comes in. Its pump sends the messages of a lane; its reader gives the owner what arrives.
/// </summary>
internal sealed class LoadConnection(IConnectionOwner owner, Lane outbound, Lane inbound, Measurements measurements)
{
    /// <summary>Bytes of the buffer of short messages.</summary>
    public const int SmallBuffer = 64 * 1024;
    private const int LargeBuffer = 256 * 1024;
    private const int LargeMessage = 48 * 1024;
    private const int SlowBite = 8 * 1024;

    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(50);

    // Any thread.
    private readonly ConcurrentQueue<byte[]> _control = new();
    private Stream? _stream;
    private int _pumping;
    private int _closed;

    /// <summary>This side closes the connection: its end is expected.</summary>
    public bool Leaving { get; private set; }

    /// <summary>The code of the relay's closing frame, or 1006 where the connection ended without one (RFC 6455 §7.1.5).</summary>
    public string? CloseCode { get; set; }

    /// <summary>When the WebSocket was open, in stopwatch ticks; 0 before.</summary>
    public long Connected { get; private set; }

    /// <summary>Opens the socket and the WebSocket; the reader then runs until the end.</summary>
    /// <param name="first">The first message.</param>
    public async Task OpenAsync(WireEndpoint endpoint, byte[] first, CancellationToken cancellationToken)
    {
        _stream = await endpoint.DialAsync(cancellationToken);
        var key = Handshake.NewKey();
        await _stream.WriteAsync(Handshake.Request(endpoint, key), cancellationToken);
        var response = await Handshake.ReadResponseAsync(_stream, cancellationToken);
        Handshake.Verify(response, key);
        measurements.Count(Counter.Connections);
        measurements.Count(Counter.Connects);
        Connected = Stopwatch.GetTimestamp();
        _ = ReadAsync(response.Remainder);
        Send(first);
    }

    /// <summary>Sends a whole text message out of turn: an auth, a key, a closing frame.</summary>
    public void Send(ReadOnlySpan<byte> message, byte opcode = LoadFrames.Text)
    {
        _control.Enqueue(LoadFrames.Masked(opcode, message));
        Kick();
    }

    /// <summary>The lane has something to send.</summary>
    public void Kick()
    {
        if (_stream is not null && Interlocked.Exchange(ref _pumping, 1) == 0)
            _ = PumpAsync();
    }

    /// <summary>Leaves without a closing frame.</summary>
    public void Drop()
    {
        Leaving = true;
        End("dropped");
    }

    private async Task PumpAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferFor(outbound));
        try
        {
            while (true)
            {
                var length = Fill(buffer);
                if (length == 0)
                {
                    Volatile.Write(ref _pumping, 0);
                    if ((_control.IsEmpty && !(owner.MaySend && outbound.HasSendable)) || Interlocked.Exchange(ref _pumping, 1) != 0)
                        return;
                    continue;
                }

                await _stream!.WriteAsync(buffer.AsMemory(0, length));
                measurements.Count(Counter.BytesSent, length);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            End("1006");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Frames out of turn first, but never inside a message.
    private int Fill(byte[] buffer)
    {
        var length = 0;
        if (!outbound.IsMidFrame)
        {
            while (_control.TryPeek(out var frame) && frame.Length <= buffer.Length - length && _control.TryDequeue(out frame))
            {
                frame.CopyTo(buffer, length);
                length += frame.Length;
            }
        }

        if (owner.MaySend || outbound.IsMidFrame)
            length += outbound.Fill(buffer.AsSpan(length));
        return length;
    }

    private static int BufferFor(Lane lane) => lane.LongestMessage > LargeMessage ? LargeBuffer : SmallBuffer;

    private async Task ReadAsync(ReadOnlyMemory<byte> first)
    {
        try
        {
            await ReadToEndAsync(first);
            End(CloseCode ?? "1006");
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            End(CloseCode ?? "1006");
        }
        catch (InvalidDataException)
        {
            End("1002");
        }
    }

    private async Task ReadToEndAsync(ReadOnlyMemory<byte> first)
    {
        var (messages, size) = (new MessageAssembler(this, owner, inbound), BufferFor(inbound));
        byte[]? buffer = null;
        int start = 0, end = 0;
        try
        {
            if (!first.IsEmpty)
            {
                buffer = ArrayPool<byte>.Shared.Rent(size);
                first.CopyTo(buffer);
                start = messages.Consume(buffer, 0, end = first.Length);
            }

            first = default; // else the handshake's buffer would live as long as the connection
            while (true)
            {
                if (start == end)
                {
                    start = end = 0;
                    if (buffer is not null)
                        ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
#pragma warning disable CA2022 // Nothing is read: it waits, without a buffer, until there is something.
                    await _stream!.ReadAsync(Memory<byte>.Empty);
#pragma warning restore CA2022
                    buffer = ArrayPool<byte>.Shared.Rent(size);
                }
                else if (start > 0)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    end -= start;
                    start = 0;
                }

                var slowly = owner.ReadsSlowly;
                if (slowly)
                    await Task.Delay(SlowPause);
                var room = buffer!.Length - end;
                var count = await _stream!.ReadAsync(buffer.AsMemory(end, slowly ? Math.Min(SlowBite, room) : room));
                if (count == 0)
                    return;
                measurements.Count(Counter.BytesReceived, count);
                end += count;
                start = messages.Consume(buffer, start, end);
                owner.Flush();
            }
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void End(string code)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        CloseCode ??= code;
        if (Connected != 0)
            measurements.Count(Counter.Connections, -1);
        _stream?.Dispose();
        owner.Ended(this);
    }
}
