using System.Buffers.Binary;
using System.Text;

namespace CoralMux.Mutants.Sabotage;

/// <summary>Reads heads, frames and what is left from one end of a connection.</summary>
internal sealed class ByteReader(Stream stream)
{
    private const int LongestHead = 64 * 1024;
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>First line and fields of an HTTP message, or null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">It is longer than any relay would read.</exception>
    public async Task<(string Line, Fields Fields)?> HeadAsync(CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        for (var ending = 0; ending < EndOfHead.Length;)
        {
            if (!await FillAsync(cancellationToken))
                return null;
            if (head.Length == LongestHead)
                throw new InvalidDataException();
            var next = _buffer[_start++];
            ending = next == EndOfHead[ending] ? ending + 1 : next == '\r' ? 1 : 0;
            head.Append((char)next);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return (lines[0], new Fields(lines.Skip(1).Select(line => line.Split(':', 2)).Select(pair => (pair[0], pair.Length > 1 ? pair[1].Trim() : ""))));
    }

    /// <summary>Header of the next frame, or null at the end of the stream.</summary>
    /// <param name="waiting">Called whenever a part of it has come and not all.</param>
    public async Task<(byte First, bool Masked, ulong Length, byte[] Key)?> FrameHeaderAsync(Func<Task>? waiting, CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken))
            return null;
        var two = await ExactlyAsync(2, waiting, cancellationToken);
        var length = (two[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ExactlyAsync(2, waiting, cancellationToken)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(await ExactlyAsync(8, waiting, cancellationToken)),
            var small => (ulong)small,
        };
        var masked = (two[1] & 0x80) != 0;
        return (two[0], masked, length, masked ? await ExactlyAsync(4, waiting, cancellationToken) : new byte[4]);
    }

    /// <param name="waiting">Called whenever more has come and not all.</param>
    public async Task<byte[]> ExactlyAsync(int count, Func<Task>? waiting, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var got = 0; got < count;)
        {
            if (!await FillAsync(cancellationToken))
                throw new EndOfStreamException();
            var take = Math.Min(count - got, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(bytes.AsSpan(got));
            _start += take;
            got += take;
            if (got < count && waiting is not null)
                await waiting();
        }

        return bytes;
    }

    /// <summary>Whatever is there next; empty at the end of the stream.</summary>
    public async Task<ReadOnlyMemory<byte>> SomeAsync(ulong most, CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken))
            return default;
        var take = (int)Math.Min(most, (ulong)(_end - _start));
        var some = _buffer.AsMemory(_start, take);
        _start += take;
        return some;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start < _end)
            return true;
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }
}
