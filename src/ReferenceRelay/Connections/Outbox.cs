using System.Runtime.CompilerServices;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>Everything that waits to be written to one connection. Any thread appends; exactly one writer at a time sends, in order and each frame
/// once (PAIR-62, PAIR-63).</summary>
internal sealed class Outbox(Wire wire, MemoryBudget budget, TimeProvider time, Action<Exception?> onFinished)
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly FrameQueue _queue = new(budget);
    private bool _sending;
    private bool _closed;
    private bool _finished;
    private Signal? _ownReader;
    private Signal? _peerReader;
    private long _resumeBelow;

    // Written under _gate or by the one writer, read by any thread.
    private long _pending;
    private long _blockedSince;
    private long _progressed;

    // Used by the housekeeper only.
    private int _unconfirmed;

    /// <summary>Bytes accepted and not yet handed to the network.</summary>
    public long Pending => Volatile.Read(ref _pending);

    /// <summary>The time stamp since when the network has taken nothing; 0 while it takes everything.</summary>
    public long BlockedSince => Volatile.Read(ref _blockedSince) is not 0 and var since ? Math.Max(since, Progressed) : 0;

    /// <summary>The time stamp at which bytes that had to wait were last taken: proof that the other end lives (KEEP-11).</summary>
    public long Progressed => Volatile.Read(ref _progressed);

    /// <summary>Checks whether the other end has confirmed anything since the last check. The system itself reports room only when much of it is
    /// free, which takes minutes on a slow link.</summary>
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
            _pending += _queue.Append(opcode, payload);
            return true;
        }
    }

    /// <summary>Appends a message unaltered, as one text frame (TRN-08, TRN-10, ENV-13). When it has a buffer of its own, takes that over.</summary>
    /// <returns>False when the connection takes no more; the buffer then keeps its owner.</returns>
    public bool Append(in ReceivedMessage message)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            _pending += message.Buffer is { } buffer
                ? _queue.AppendOwned(Opcode.Text, buffer, message.Bytes.Length)
                : _queue.Append(Opcode.Text, message.Bytes);
            return true;
        }
    }

    /// <summary>Appends the last frame. What was appended before is still sent. A sender that waits for room is released at once.</summary>
    public bool AppendClose(CloseCode code, string reason)
    {
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        var length = CloseFrame.Write(payload, code, reason);
        lock (_gate)
        {
            if (_closed)
                return false;
            _pending += _queue.Append(Opcode.Close, payload[..length]);
            _closed = true;
            WakeLocked();
        }

        return true;
    }

    /// <summary>Sends what is there, unless another thread already does.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_sending || _finished || (_queue.IsEmpty && !_closed))
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync()
    {
        Exception? failure = null;
        FrameQueue.Segment segment = default;
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
            _queue.Return(segment);
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
    private bool TryTake(ref FrameQueue.Segment segment, out bool last)
    {
        last = false;
        _queue.Return(segment);
        lock (_gate)
        {
            if (_queue.TryTake(out segment))
                return true;
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
        _queue.Clear();
        _pending = 0;
    }
}
