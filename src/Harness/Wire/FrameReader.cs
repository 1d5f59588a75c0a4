using System.Buffers;
using System.Buffers.Binary;

namespace CoralMux.Harness.Wire;

/// <summary>Reads frames off a stream and judges nothing: reserved bits, masks and odd lengths are handed on for the caller to see.</summary>
/// <param name="initial">Bytes already read behind the handshake's response.</param>
public sealed class FrameReader(Stream stream, ReadOnlyMemory<byte> initial) : IDisposable
{
    /// <summary>No honest relay sends more than 5 MB; a length beyond this is a lie that must not cost us memory.</summary>
    public const int MaximumPayload = 64 * 1024 * 1024;

    /// <summary>A larger payload is read into an array of its own, which is then the caller's to keep.</summary>
    public const int LargestBuffered = 256 * 1024;

    private const int SmallBuffer = 4096;

    private byte[] _buffer = Fill(initial);
    private int _start;
    private int _end = initial.Length;

    /// <summary>The next frame, or null where the stream ends between two frames.</summary>
    /// <exception cref="EndOfStreamException">The stream ended inside a frame.</exception>
    /// <exception cref="InvalidDataException">A frame announced more than <see cref="MaximumPayload"/> bytes.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await BufferAsync(2, cancellationToken).ConfigureAwait(false))
            return _end == _start ? null : throw new EndOfStreamException("The connection ended inside a frame header.");

        var first = _buffer[_start];
        var second = _buffer[_start + 1];
        var masked = (second & 0x80) != 0;
        var extended = (second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
        var header = 2 + extended + (masked ? 4 : 0);
        if (!await BufferAsync(header, cancellationToken).ConfigureAwait(false))
            throw new EndOfStreamException("The connection ended inside a frame header.");

        var length = extended switch
        {
            0 => (ulong)(second & 0x7F),
            2 => BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)),
            _ => BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(_start + 2)),
        };
        if (length > MaximumPayload)
            throw new InvalidDataException($"A frame announces {length} bytes.");

        var key = masked ? BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + header - 4)) : 0;
        Memory<byte> payload;
        if (length > LargestBuffered)
        {
            payload = await ReadLargeAsync(header, (int)length, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            if (!await BufferAsync(header + (int)length, cancellationToken).ConfigureAwait(false))
                throw new EndOfStreamException($"The connection ended inside a frame: {_end - _start - header} of {length} payload bytes.");
            payload = _buffer.AsMemory(_start + header, (int)length);
            _start += header + (int)length;
        }

        if (masked)
            FrameHeader.ApplyMask(payload.Span, key);
        return new Frame((first & 0x80) != 0, (first >> 4) & 0x7, (Opcode)(first & 0xF), masked, payload);
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<Memory<byte>> ReadLargeAsync(int header, int length, CancellationToken cancellationToken)
    {
        var payload = new byte[length];
        _start += header;
        var have = Math.Min(_end - _start, length);
        _buffer.AsSpan(_start, have).CopyTo(payload);
        _start += have;
        while (have < length)
        {
            var read = await stream.ReadAsync(payload.AsMemory(have), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException($"The connection ended inside a frame: {have} of {length} payload bytes.");
            have += read;
        }

        return payload;
    }

    private async ValueTask<bool> BufferAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        if (_start == _end)
            _start = _end = 0;

        if (_buffer.Length - _start >= count && _end < _buffer.Length)
            return;

        var target = _buffer.Length >= count ? _buffer : ArrayPool<byte>.Shared.Rent(count);
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        if (!ReferenceEquals(target, _buffer))
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }

        _end -= _start;
        _start = 0;
    }

    private static byte[] Fill(ReadOnlyMemory<byte> initial)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(SmallBuffer, initial.Length));
        initial.CopyTo(buffer);
        return buffer;
    }
}
