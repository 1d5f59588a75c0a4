using System.Buffers;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>Frames that wait for their writer, in pooled memory that is counted in the budget. Small frames are copied together, large ones stay in
/// the buffer in which they were received. Not thread-safe.</summary>
internal sealed class FrameQueue(MemoryBudget budget)
{
    private const int ChunkSize = 16 * 1024;

    /// <summary>For the chunk after one that was not large enough.</summary>
    private const int LargeChunkSize = 64 * 1024;

    private readonly Queue<Segment> _queue = new(0);
    private Segment _tail;

    public bool IsEmpty => _tail.Length == 0 && _queue.Count == 0;

    /// <returns>The size of the frame in bytes.</returns>
    public int Append(Opcode opcode, ReadOnlySpan<byte> payload)
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
        return size;
    }

    /// <summary>Takes over a buffer, already counted in the budget, in which the payload begins at <see cref="MessageAssembler.HeadRoom"/>.</summary>
    /// <returns>The size of the frame in bytes.</returns>
    public int AppendOwned(Opcode opcode, byte[] buffer, int length)
    {
        var head = FrameHeader.ServerSize(length);
        var start = MessageAssembler.HeadRoom - head;
        FrameHeader.WriteServer(buffer.AsSpan(start), opcode, length);
        EnqueueTail();
        _queue.Enqueue(new Segment(buffer, start, head + length));
        return head + length;
    }

    /// <summary>Takes the next segment, which is to be returned once it has been written.</summary>
    public bool TryTake(out Segment segment)
    {
        if (_queue.TryDequeue(out segment))
            return true;

        segment = _tail;
        _tail = default;
        if (segment.Length > 0)
            return true;
        Return(segment);
        segment = default;
        return false;
    }

    public void Clear()
    {
        EnqueueTail();
        while (_queue.TryDequeue(out var segment))
            Return(segment);
    }

    /// <summary>May be called from any thread.</summary>
    public void Return(Segment segment)
    {
        if (segment.Buffer is null)
            return;
        budget.Remove(segment.Buffer.Length);
        ArrayPool<byte>.Shared.Return(segment.Buffer);
    }

    private void EnqueueTail()
    {
        if (_tail.Length > 0)
            _queue.Enqueue(_tail);
        else
            Return(_tail);
        _tail = default;
    }

    /// <summary>A part of a pooled array.</summary>
    internal struct Segment(byte[] buffer, int start, int length)
    {
        public readonly byte[]? Buffer = buffer;
        public readonly int Start = start;
        public int Length = length;

        public readonly int End => Start + Length;
    }
}
