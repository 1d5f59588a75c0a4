using System.Buffers;
using System.Globalization;

namespace CoralMux.Harness.Load.Engine;

/// <summary>Makes messages of the frames that come in. Used only by the reader of its connection.</summary>
internal sealed class MessageAssembler(LoadConnection connection, IConnectionOwner owner, Lane inbound)
{
    // The frame and message whose body is compared while it comes in.
    private long _remaining;
    private int _streamed;
    private long _streamedNumber;
    private Entry _streamedEntry;
    private bool _streamedMatches;

    private ArrayBufferWriter<byte>? _fragments;

    /// <summary>Takes every whole frame in the buffer, and the part that has come of a message that is longer than it.</summary>
    /// <returns>Where the bytes begin that were not taken.</returns>
    /// <exception cref="InvalidDataException">The frames break RFC 6455, or a fragment is larger than the buffer.</exception>
    public int Consume(byte[] buffer, int start, int end)
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
            if (!whole && (length <= LoadConnection.SmallBuffer / 2 || bytes.Length - head < MessageContent.LongestHead || !final || opcode == 0))
            {
                if (head + length > buffer.Length)
                    throw new InvalidDataException("a fragment larger than the buffer");
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
            case LoadFrames.Close:
                connection.CloseCode = payload.Length >= 2 ? ((payload[0] << 8) | payload[1]).ToString(CultureInfo.InvariantCulture) : "1005";
                connection.Send(payload.Length >= 2 ? payload[..2] : [], LoadFrames.Close);
                return;
            case LoadFrames.Ping:
                connection.Send(payload, LoadFrames.Pong);
                return;
            case > LoadFrames.Close:
                return;
        }

        if (final && _fragments is null)
        {
            owner.Receive(connection, payload);
            return;
        }

        _fragments ??= new ArrayBufferWriter<byte>();
        _fragments.Write(payload);
        if (!final)
            return;
        owner.Receive(connection, _fragments.WrittenSpan);
        _fragments = null;
    }

    private void BeginStream(ReadOnlySpan<byte> payload, long length)
    {
        _remaining = length;
        _streamed = 0;
        _streamedMatches = owner.Expect(payload, out _streamedNumber, out _streamedEntry) && _streamedEntry.Size == length;
    }

    private int Stream(Span<byte> bytes)
    {
        _streamedMatches = _streamedMatches && inbound.Matches(_streamedEntry, _streamedNumber, _streamed, bytes);
        _streamed += bytes.Length;
        _remaining -= bytes.Length;
        if (_remaining == 0)
            owner.Arrived(_streamedNumber, _streamedEntry, _streamedMatches, []);
        return bytes.Length;
    }
}
