using System.Diagnostics;
using System.Security.Cryptography;

namespace CoralMux.Harness.Load.Engine;

/// <summary>
/// One direction of a virtual user: the row of its messages from due to settled, first in, first out. The sender's pump and
/// the receiver's reader meet here, under one lock that is held for a batch at a time.
/// </summary>
/// <param name="run">The nonce of the run.</param>
internal sealed class Lane(uint run, int user, Direction direction, Measurements measurements, RunClock clock)
{
    private const int FirstCapacity = 4;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private Entry[] _row = [];
    private long _head;           // the first that is not settled
    private long _next;           // the first that is not wholly sent
    private long _tail;           // the next number to give out
    private int _underWay;
    private int _offset;          // into the frame being written
    private uint _mask;
    private uint _random = (uint)RandomNumberGenerator.GetInt32(int.MaxValue) | 1;
    private long _lastDelivered = -1;

    /// <summary>
    /// The most messages that are under way at once. Few, unless a closed model asks for more: a message that waits for its
    /// turn waits for the relay, and the wait counts in the response time.
    /// </summary>
    public int Window { get; set; } = 1;

    /// <summary>Bytes of the longest message of the scenario.</summary>
    public int LongestMessage { get; init; }

    /// <summary>Part of a frame is sent: nothing else may come between.</summary>
    public bool IsMidFrame
    {
        get
        {
            lock (_lock)
                return _offset > 0;
        }
    }

    public bool HasSendable
    {
        get
        {
            lock (_lock)
                return _next < _tail && (_offset > 0 || _underWay < Window);
        }
    }

    public long Unsettled
    {
        get
        {
            lock (_lock)
            {
                long count = 0;
                for (var i = _head; i < _tail; i++)
                    count += Row(i).State is EntryState.Waiting or EntryState.Sent ? 1 : 0;
                return count;
            }
        }
    }

    /// <summary>Messages sent whole, long enough ago, that neither arrived nor were refused. One that waits for its turn is late, not lost.</summary>
    public long CountLost(long sentBefore)
    {
        lock (_lock)
        {
            long count = 0;
            for (var i = _head; i < _next; i++)
                count += Row(i).State == EntryState.Sent && Row(i).SentAt < sentBefore ? 1 : 0;
            return count;
        }
    }

    public void Add(in Entry entry)
    {
        lock (_lock)
        {
            if (_tail - _head >= _row.Length)
                Grow();
            Row(_tail++) = entry;
        }
    }

    /// <summary>Writes as many frames as fit and may be under way, the last one perhaps in part.</summary>
    /// <returns>The number of bytes written.</returns>
    public int Fill(Span<byte> buffer)
    {
        var written = 0;
        var messages = 0;
        lock (_lock)
        {
            while (_next < _tail && buffer.Length - written > MessageContent.LongestHead + LoadFrames.LongestHead)
            {
                ref var entry = ref Row(_next);
                if (_offset == 0)
                {
                    if (entry.State != EntryState.Waiting)
                    {
                        _next++;
                        continue;
                    }

                    if (_underWay >= Window)
                        break;
                    messages++;
                    Begin(ref entry);
                    written += LoadFrames.WriteHead(buffer[written..], LoadFrames.Text, entry.Size, _mask);
                }

                var part = buffer.Slice(written, Math.Min(buffer.Length - written, entry.Size - _offset));
                entry.Content.Write(entry, Id(_next), clock.WireTime(entry.SentAt), _offset, part, _mask);
                written += part.Length;
                _offset += part.Length;
                if (_offset < entry.Size)
                    break;
                _offset = 0;
                _next++;
            }
        }

        if (messages > 0)
            measurements.Count(Counter.Sent, messages);
        return written;
    }

    public bool TryFind(long number, out Entry entry)
    {
        lock (_lock)
        {
            var known = number >= _head && number < _tail && Row(number).SentAt != 0;
            entry = known ? Row(number) : default;
            return known;
        }
    }

    public bool Matches(in Entry entry, long number, int offset, ReadOnlySpan<byte> bytes) =>
        entry.Content.Matches(entry, Id(number), clock.WireTime(entry.SentAt), offset, bytes);

    /// <summary>A message arrived, or was refused.</summary>
    /// <param name="inOrder">No later message arrived before it.</param>
    /// <returns>False when it was settled before: it arrived twice.</returns>
    public bool Settle(long number, EntryState state, out bool inOrder)
    {
        lock (_lock)
        {
            inOrder = number > _lastDelivered;
            if (number < _head || number >= _tail || Row(number).State is not EntryState.Sent)
                return false;
            ref var entry = ref Row(number);
            if (state == EntryState.Delivered)
                _lastDelivered = Math.Max(_lastDelivered, number);
            entry.State = state;
            GiveBackPlace(ref entry);
            while (_head < _next && Row(_head).State is not (EntryState.Waiting or EntryState.Sent))
                Row(_head++).Payload = null;
            return true;
        }
    }

    /// <summary>The oldest message under way: an error that names none is about it.</summary>
    public long? Oldest()
    {
        lock (_lock)
        {
            for (var i = _head; i < _next; i++)
            {
                if (Row(i).State == EntryState.Sent)
                    return i;
            }

            return null;
        }
    }

    /// <summary>Messages that are under way for too long no longer hold up the others; the relay must still deliver them.</summary>
    /// <returns>Their number.</returns>
    public int GiveUpWaiting(long sentBefore)
    {
        var count = 0;
        lock (_lock)
        {
            for (var i = _head; i < _next; i++)
            {
                ref var entry = ref Row(i);
                if (entry.HoldsPlace && entry.State == EntryState.Sent && entry.SentAt < sentBefore)
                {
                    GiveBackPlace(ref entry);
                    count++;
                }
            }
        }

        return count;
    }

    /// <summary>The connection is gone: the relay need not deliver what is in the row.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            for (var i = _head; i < _tail; i++)
            {
                ref var entry = ref Row(i);
                if (entry.State is EntryState.Waiting or EntryState.Sent)
                    entry.State = EntryState.Abandoned;
                GiveBackPlace(ref entry);
            }

            _offset = 0;
            _next = _tail;
            _head = _tail;
        }
    }

    /// <summary>The messages sent last, for an excerpt.</summary>
    public IReadOnlyList<(MessageId Id, long SentAt, int Size, EntryState State)> Last(int count)
    {
        lock (_lock)
        {
            var from = Math.Max(Math.Max(0, _next - count), _next - _row.Length);
            var last = new List<(MessageId, long, int, EntryState)>();
            for (var i = from; i < _next; i++)
                last.Add((Id(i), Row(i).SentAt, Row(i).Size, Row(i).State));
            return last;
        }
    }

    // Takes a place in the window and the frame's mask, by xorshift.
    private void Begin(ref Entry entry)
    {
        _underWay++;
        entry.HoldsPlace = true;
        entry.SentAt = Stopwatch.GetTimestamp();
        entry.State = EntryState.Sent;
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        _mask = _random;
    }

    private void GiveBackPlace(ref Entry entry)
    {
        if (!entry.HoldsPlace)
            return;
        entry.HoldsPlace = false;
        _underWay--;
    }

    private ref Entry Row(long number) => ref _row[number & (_row.Length - 1)];

    private MessageId Id(long number) => new(run, user, direction, number);

    private void Grow()
    {
        var larger = new Entry[Math.Max(FirstCapacity, _row.Length * 2)];
        for (var i = Math.Max(0, _tail - _row.Length); i < _tail; i++)
            larger[i & (larger.Length - 1)] = Row(i);
        _row = larger;
    }
}
