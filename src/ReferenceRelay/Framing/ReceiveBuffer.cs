using System.Buffers;

namespace CoralMux.ReferenceRelay.Framing;

/// <summary>Bytes that were received and not yet read, in a pooled array. Holds none between messages.</summary>
internal sealed class ReceiveBuffer
{
    public const int Size = 64 * 1024;

    private byte[]? _bytes;
    private int _start;
    private int _end;
    private int _takenStart;
    private int _takenLength;

    public bool IsEmpty => _start == _end;

    public Span<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>What <see cref="Take"/> returned last; valid until the next call of another method.</summary>
    public Span<byte> Taken => _bytes.AsSpan(_takenStart, _takenLength);

    public Memory<byte> GetRoom()
    {
        if (IsEmpty)
            _start = _end = 0;
        if (_bytes is null || _bytes.Length < Size)
        {
            Replace(ArrayPool<byte>.Shared.Rent(Size));
        }
        else if (_start > 0)
        {
            Buffer.BlockCopy(_bytes, _start, _bytes, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>So many bytes were written into the room.</summary>
    public void Received(int count) => _end += count;

    public void Skip(int count) => _start += count;

    public Span<byte> Take(int count)
    {
        _takenStart = _start;
        _takenLength = count;
        _start += count;
        return Taken;
    }

    /// <summary>Before a wait: keeps no more memory than the bytes of an unfinished frame need.</summary>
    public void Trim()
    {
        if (_bytes is null)
            return;

        if (IsEmpty)
            Release();
        else if (_end - _start <= _bytes.Length / 4)
            Replace(ArrayPool<byte>.Shared.Rent(_end - _start));
    }

    public void Release()
    {
        if (_bytes is not null)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
        _start = _end = _takenStart = _takenLength = 0;
    }

    private void Replace(byte[] replacement)
    {
        var unread = _end - _start;
        if (_bytes is not null)
        {
            _bytes.AsSpan(_start, unread).CopyTo(replacement);
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = replacement;
        _start = 0;
        _end = unread;
    }
}
