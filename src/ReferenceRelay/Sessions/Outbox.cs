using System.Buffers;
using System.Runtime.CompilerServices;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Sessions;

/// <summary>
/// What waits to be written to one connection. Anybody appends; exactly one writer at a time sends, in order.
/// Small frames are copied together, large ones sent from the buffer they were received in.
/// </summary>
internal sealed class Outbox(Wire wire, MemoryBudget budget, TimeProvider time, Action<Exception?> onFinished)
{
    private const int ChunkSize = 16 * 1024;

    /// <summary>When one was not enough.</summary>
    private const int LargeChunkSize = 64 * 1024;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Queue<Segment> _queue = new(0);
    private Segment _tail;
    private bool _sending;
    private bool _closed;
    private bool _finished;
    private Signal? _ownReader;
    private Signal? _peerReader;
    private long _resumeBelow;

    private long _pending;
    private long _blockedSince;
    private long _progressed;

    // Touched by the housekeeper only.
    private int _unconfirmed;

    /// <summary>Bytes accepted and not yet handed to the network.</summary>
    public long Pending => Volatile.Read(ref _pending);

    /// <summary>Since when the network has taken nothing; 0 while it takes everything.</summary>
    public long BlockedSince => Volatile.Read(ref _blockedSince) is not 0 and var since ? Math.Max(since, Progressed) : 0;

    /// <summary>When bytes that had to wait were last taken: proof that the other end lives.</summary>
    public long Progressed => Volatile.Read(ref _progressed);

    /// <summary>
    /// Looks whether the other end has confirmed anything since the last look. The system itself reports room only
    /// when much of it is free, which takes a slow link minutes.
    /// </summary>
    public void LookForProgress()
    {
        var unconfirmed = wire.Unconfirmed;
        if (unconfirmed >= 0 && unconfirmed < _unconfirmed)
            Volatile.Write(ref _progressed, time.GetTimestamp());
        _unconfirmed = unconfirmed;
    }

    /// <returns>False when the connection takes no more.</returns>
    public bool Append(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            AppendLocked(opcode, payload);
            return true;
        }
    }

    /// <summary>Takes over a pooled buffer, already counted in the memory budget, in which the payload begins at <see cref="FrameReader.HeadRoom"/>.</summary>
    public bool AppendOwned(Opcode opcode, byte[] buffer, int length)
    {
        var head = FrameHeader.ServerSize(length);
        var start = FrameReader.HeadRoom - head;
        lock (_gate)
        {
            if (_closed)
                return false;
            FrameHeader.WriteServer(buffer.AsSpan(start), opcode, length);
            EnqueueTail();
            _queue.Enqueue(new Segment(buffer, start, head + length));
            _pending += head + length;
            return true;
        }
    }

    /// <summary>The last frame. What was appended before is still sent.</summary>
    public bool AppendClose(CloseCode code, string reason)
    {
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        var length = 2 + System.Text.Encoding.UTF8.GetBytes(reason, payload[2..]);
        lock (_gate)
        {
            if (_closed)
                return false;
            AppendLocked(Opcode.Close, payload[..length]);
            _closed = true;
        }

        return true;
    }

    /// <summary>Sends what is there, unless somebody already does.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_sending || _finished || (_tail.Length == 0 && _queue.Count == 0 && !_closed))
                return;
            _sending = true;
        }

        var sending = SendAsync();
        if (sending.IsCompleted)
            sending.GetAwaiter().GetResult();
        else
            _ = sending.AsTask();
    }

    /// <summary>Takes no more, and forgets what waits.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _closed = true;
            if (!_sending)
                ForgetLocked();
            WakeLocked();
        }
    }

    /// <summary>Sets <paramref name="signal"/> once at most <paramref name="bytes"/> wait, or the outbox has closed.</summary>
    /// <returns>False when that is so already.</returns>
    public bool NotifyBelow(long bytes, Signal signal, bool own)
    {
        lock (_gate)
        {
            if (_pending <= bytes || _closed)
                return false;
            _resumeBelow = _ownReader is null && _peerReader is null ? bytes : Math.Max(bytes, _resumeBelow);
            if (own) _ownReader = signal;
            else _peerReader = signal;
            return true;
        }
    }

    private void AppendLocked(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var size = FrameHeader.ServerSize(payload.Length) + payload.Length;
        if (_tail.Buffer is null || _tail.Buffer.Length - _tail.End < size)
        {
            var wanted = _tail.Length > 0 ? LargeChunkSize : ChunkSize;
            EnqueueTail();
            _tail = new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(wanted, size)), 0, 0);
            budget.Add(_tail.Buffer!.Length);
        }

        var target = _tail.Buffer.AsSpan(_tail.End);
        var head = FrameHeader.WriteServer(target, opcode, payload.Length);
        payload.CopyTo(target[head..]);
        _tail.Length += size;
        _pending += size;
    }

    private void EnqueueTail()
    {
        if (_tail.Length > 0)
            _queue.Enqueue(_tail);
        else if (_tail.Buffer is not null)
            Return(_tail);
        _tail = default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync()
    {
        Exception? failure = null;
        Segment segment = default;
        var last = false;
        try
        {
            while (TryTake(ref segment, out last))
            {
                var end = segment.End;
                for (var start = segment.Start; start < end;)
                {
                    int count;
                    var sending = wire.SendAsync(new ReadOnlyMemory<byte>(segment.Buffer, start, end - start));
                    if (sending.IsCompleted)
                    {
                        count = sending.GetAwaiter().GetResult();
                    }
                    else
                    {
                        Volatile.Write(ref _blockedSince, time.GetTimestamp());
                        count = await sending;
                        Volatile.Write(ref _blockedSince, 0);
                        Volatile.Write(ref _progressed, time.GetTimestamp());
                    }

                    start += count;
                    Sent(count);
                }
            }
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or ObjectDisposedException or InvalidOperationException)
        {
            failure = error;
            if (segment.Buffer is not null)
                Return(segment);
        }

        lock (_gate)
        {
            if (failure is null && !last)
                return;
            _closed = true;
            _finished = true;
            _sending = false;
            _blockedSince = 0;
            ForgetLocked();
            WakeLocked();
        }

        onFinished(failure);
    }

    /// <summary>Returns the buffer of the segment before, and takes the next. With none left the writer's turn is over.</summary>
    private bool TryTake(ref Segment segment, out bool last)
    {
        last = false;
        if (segment.Buffer is not null)
            Return(segment);

        lock (_gate)
        {
            if (_queue.TryDequeue(out segment))
                return true;
            segment = _tail;
            _tail = default;
            if (segment.Length > 0)
                return true;
            if (segment.Buffer is not null)
                Return(segment);
            segment = default;
            last = _closed;
            _sending = last;
            return false;
        }
    }

    private void Sent(int count)
    {
        lock (_gate)
        {
            _pending -= count;
            if (_pending <= _resumeBelow)
                WakeLocked();
        }
    }

    private void WakeLocked()
    {
        _ownReader?.Set();
        _peerReader?.Set();
        _ownReader = _peerReader = null;
    }

    private void ForgetLocked()
    {
        EnqueueTail();
        while (_queue.TryDequeue(out var segment))
            Return(segment);
        _pending = 0;
    }

    private void Return(Segment segment)
    {
        budget.Remove(segment.Buffer!.Length);
        ArrayPool<byte>.Shared.Return(segment.Buffer);
    }

    private struct Segment(byte[] buffer, int start, int length)
    {
        public readonly byte[]? Buffer = buffer;
        public readonly int Start = start;
        public int Length = length;

        public readonly int End => Start + Length;
    }
}
