using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Load.Engine;

/// <summary>
/// One WebSocket of a pair, made for numbers: nothing is recorded, an idle connection holds no buffer, and a long
/// message is judged while it comes in. Its writer sends what its lane has; its reader tells the pair what arrives.
/// </summary>
internal sealed class LoadConnection(VirtualPair pair, bool isPhone, Lane outbound, Measurements measurements)
{
    private const int SmallBuffer = 64 * 1024;
    private const int LargeBuffer = 256 * 1024;
    private const int LargeMessage = 48 * 1024;
    private const int CloseOpcode = 8;
    private const int PingOpcode = 9;

    private readonly ConcurrentQueue<byte[]> _control = new();
    private Stream? _stream;
    private int _pumping;
    private int _closed;

    // Only the reader's.
    private long _remaining;       // of the frame whose body is being streamed
    private int _streamed;         // of the message
    private long _streamedNumber;
    private Entry _streamedEntry;
    private bool _streamedMatches;
    private ArrayBufferWriter<byte>? _fragments;

    public bool IsPhone => isPhone;

    public bool IsOpen => _stream is not null && Volatile.Read(ref _closed) == 0;

    /// <summary>The connection is ours to close: its end is no news.</summary>
    public bool Leaving { get; private set; }

    public string? CloseCode { get; private set; }

    /// <summary>Takes only so much at a time, and then pauses.</summary>
    public bool ReadsSlowly { get; set; }

    /// <summary>Opens the socket and the WebSocket; the reader then runs until the end.</summary>
    public async Task OpenAsync(WireEndpoint endpoint, byte[] auth, CancellationToken cancellationToken)
    {
        _stream = await endpoint.DialAsync(cancellationToken);
        var key = Handshake.NewKey();
        await _stream.WriteAsync(Handshake.Request(endpoint, key), cancellationToken);
        var response = await Handshake.ReadResponseAsync(_stream, cancellationToken);
        Handshake.Verify(response, key);
        measurements.AddConnection(1);
        Connected = Stopwatch.GetTimestamp();
        _ = ReadAsync(response.Remainder);
        Send(auth);
    }

    public long Connected { get; private set; }

    /// <summary>Sends a whole text message out of turn: an auth, a key, a closing frame.</summary>
    public void Send(ReadOnlySpan<byte> message, byte opcode = 1)
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

    public void Leave()
    {
        Leaving = true;
        if (!IsOpen)
            return;
        Send([0x03, 0xE8], CloseOpcode);
    }

    /// <summary>Leaves without a word.</summary>
    public void Drop()
    {
        Leaving = true;
        End("dropped");
    }

    private async Task PumpAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(outbound.LongestMessage > LargeMessage ? LargeBuffer : SmallBuffer);
        try
        {
            while (true)
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

                if (pair.IsPaired || outbound.IsMidFrame)
                    length += outbound.Fill(buffer.AsSpan(length));
                if (length == 0)
                {
                    Volatile.Write(ref _pumping, 0);
                    if ((_control.IsEmpty && !(pair.IsPaired && outbound.HasSendable)) || Interlocked.Exchange(ref _pumping, 1) != 0)
                        return;
                    continue;
                }

                await _stream!.WriteAsync(buffer.AsMemory(0, length));
                measurements.AddBytesSent(length);
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

    private async Task ReadAsync(ReadOnlyMemory<byte> first)
    {
        byte[]? buffer = null;
        int start = 0, end = 0;
        var size = pair.LongestMessage > LargeMessage ? LargeBuffer : SmallBuffer;
        try
        {
            if (!first.IsEmpty)
            {
                buffer = ArrayPool<byte>.Shared.Rent(size);
                first.CopyTo(buffer);
                start = Consume(buffer, 0, end = first.Length);
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

                if (ReadsSlowly && !pair.IsDraining)
                    await Task.Delay(SlowPause);
                var room = ReadsSlowly && !pair.IsDraining ? Math.Min(SlowBite, buffer!.Length - end) : buffer!.Length - end;
                var count = await _stream!.ReadAsync(buffer.AsMemory(end, room));
                if (count == 0)
                {
                    End(CloseCode ?? "1006");
                    return;
                }

                measurements.AddBytesReceived(count);
                end += count;
                start = Consume(buffer, start, end);
                pair.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            End(CloseCode ?? "1006");
        }
        catch (InvalidDataException)
        {
            End("1002");
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(50);
    private const int SlowBite = 8 * 1024;

    // Everything whole that lies in the buffer, and what has come of a message that is longer than it.
    private int Consume(byte[] buffer, int start, int end)
    {
        while (start < end)
        {
            if (_remaining > 0)
            {
                start += Stream(buffer.AsSpan(start, (int)Math.Min(_remaining, end - start)));
                continue;
            }

            var bytes = buffer.AsSpan(start, end - start);
            if (!LoadFrames.TryReadHead(bytes, out var opcode, out var final, out var head, out var length))
                break;
            var whole = bytes.Length - head >= length;
            if (!whole && (length <= SmallBuffer / 2 || bytes.Length - head < MessageContent.LongestHead || !final || opcode == 0))
            {
                if (head + length > buffer.Length)
                    throw new InvalidDataException("a fragment larger than we hold");
                break;
            }

            start += head;
            if (!whole)
            {
                BeginStream(bytes[head..], length);
                continue;
            }

            Frame(opcode, final, bytes.Slice(head, (int)length));
            start += (int)length;
        }

        return start;
    }

    private void Frame(int opcode, bool final, ReadOnlySpan<byte> payload)
    {
        switch (opcode)
        {
            case CloseOpcode:
                CloseCode = payload.Length >= 2 ? ((payload[0] << 8) | payload[1]).ToString(System.Globalization.CultureInfo.InvariantCulture) : "1005";
                Send(payload.Length >= 2 ? payload[..2] : [], CloseOpcode);
                return;
            case PingOpcode:
                Send(payload, PingOpcode + 1);
                return;
            case > CloseOpcode:
                return;
        }

        if (final && _fragments is null)
        {
            pair.Receive(this, payload);
            return;
        }

        _fragments ??= new ArrayBufferWriter<byte>();
        _fragments.Write(payload);
        if (!final)
            return;
        pair.Receive(this, _fragments.WrittenSpan);
        _fragments = null;
    }

    private void BeginStream(ReadOnlySpan<byte> payload, long length)
    {
        _remaining = length;
        _streamed = 0;
        _streamedMatches = pair.Expect(this, payload, out _streamedNumber, out _streamedEntry) && _streamedEntry.Size == length;
    }

    private int Stream(Span<byte> bytes)
    {
        _streamedMatches = _streamedMatches && pair.Inbound(this).Matches(_streamedEntry, _streamedNumber, _streamed, bytes);
        _streamed += bytes.Length;
        _remaining -= bytes.Length;
        if (_remaining == 0)
            pair.Arrived(this, _streamedNumber, _streamedEntry, _streamedMatches, []);
        return bytes.Length;
    }

    private void End(string code)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        CloseCode ??= code;
        if (Connected != 0)
            measurements.AddConnection(-1);
        _stream?.Dispose();
        pair.Ended(this);
    }
}
