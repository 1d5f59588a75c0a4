using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>
/// Turns a client's bytes into whole messages. Small messages are handed out where they were received; larger and
/// fragmented ones are put together in a pooled buffer of their own, with room in front for the head of the frame
/// that will carry them on. Holds no buffer between messages.
/// </summary>
internal sealed class FrameReader(MemoryBudget budget)
{
    /// <summary>In front of an assembled message.</summary>
    public const int HeadRoom = 16;

    private const int ReceiveSize = 64 * 1024;

    /// <summary>An unfragmented message up to this size is awaited in the receive buffer.</summary>
    private const int SmallMessage = 16 * 1024;

    /// <summary>
    /// Memory for a message follows what really arrived of it, so a length that lies costs little; but once this much
    /// has come the rest is believed, because growing again would copy it all.
    /// </summary>
    private const int Believed = 256 * 1024;

    private const int GrowthFactor = 8;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    private byte[]? _message;
    private int _messageLength;
    private Opcode _messageOpcode;
    private bool _inMessage;
    private bool _discarding;

    private bool _inFrame;
    private long _frameRemaining;
    private uint _frameKey;
    private bool _frameFinal;

    private bool _currentAssembled;
    private int _currentStart;
    private int _currentLength;

    /// <summary>Set by the owner; may change between messages.</summary>
    public int MaxMessageSize { get; set; }

    public Opcode CurrentOpcode { get; private set; }

    /// <summary>The message, or the payload of the control frame, of the last event. Valid until the next call.</summary>
    public Span<byte> Current => _currentAssembled
        ? _message.AsSpan(HeadRoom, _currentLength)
        : _buffer.AsSpan(_currentStart, _currentLength);

    public CloseCode CloseCode { get; private set; }

    public string Problem { get; private set; } = "";

    /// <summary>The size that the message refused as too large has, as far as its frames have said.</summary>
    public long DeclaredSize { get; private set; }

    /// <summary>In the middle of a large message: the next receive goes straight into it.</summary>
    public bool ReceivesDirectly => _inFrame && !_discarding && _start == _end;

    public Memory<byte> GetReceiveBuffer()
    {
        if (ReceivesDirectly)
        {
            EnsureMessageRoom(1);
            var offset = HeadRoom + _messageLength;
            return _message.AsMemory(offset, (int)Math.Min(_message!.Length - offset, _frameRemaining));
        }

        if (_start == _end)
            _start = _end = 0;
        if (_buffer is null || _buffer.Length < ReceiveSize)
        {
            var larger = ArrayPool<byte>.Shared.Rent(ReceiveSize);
            ReplaceBuffer(larger);
        }
        else if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        return _buffer.AsMemory(_end);
    }

    public void Received(int count)
    {
        if (!ReceivesDirectly)
        {
            _end += count;
            return;
        }

        _frameKey = Masking.Apply(_message.AsSpan(HeadRoom + _messageLength, count), _frameKey);
        _messageLength += count;
        _frameRemaining -= count;
    }

    /// <summary>Bytes that came together with the handshake.</summary>
    public void Received(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var target = GetReceiveBuffer();
            var count = Math.Min(target.Length, bytes.Length);
            bytes[..count].CopyTo(target.Span);
            Received(count);
            bytes = bytes[count..];
        }
    }

    public FrameEvent Next()
    {
        ReleaseCurrent();
        while (true)
        {
            if (_inFrame)
            {
                TakePayload();
                if (_frameRemaining > 0)
                    return FrameEvent.NeedMore;

                _inFrame = false;
                if (!_frameFinal)
                    continue;

                _inMessage = false;
                if (_discarding)
                {
                    _discarding = false;
                    continue;
                }

                return MessageDone(assembled: true, 0, _messageLength, _messageOpcode);
            }

            ReadOnlySpan<byte> available = _buffer.AsSpan(_start, _end - _start);
            if (!FrameHeader.TryRead(available, out var header, out var problem))
                return FrameEvent.NeedMore;
            if (problem is not null)
                return Violate(CloseCode.ProtocolError, problem);

            if (header.IsControl)
            {
                if (available.Length < header.Size + header.Length)
                    return FrameEvent.NeedMore;
                return TakeControl(header);
            }

            if (header.Opcode == Opcode.Continuation != _inMessage)
                return Violate(CloseCode.ProtocolError, _inMessage ? "a new message inside a fragmented one" : "a continuation of nothing");

            if (!_inMessage && header.Final && header.Length <= Math.Min(SmallMessage, MaxMessageSize))
            {
                if (available.Length < header.Size + header.Length)
                    return FrameEvent.NeedMore;

                var start = _start + header.Size;
                var length = (int)header.Length;
                Masking.Apply(_buffer.AsSpan(start, length), header.MaskKey);
                _start = start + length;
                return MessageDone(assembled: false, start, length, header.Opcode);
            }

            _start += header.Size;
            if (header.Opcode != Opcode.Continuation)
                _messageOpcode = header.Opcode;
            _inMessage = _inFrame = true;
            _frameFinal = header.Final;
            _frameRemaining = header.Length;
            _frameKey = header.MaskKey;
            if (_discarding)
            {
                DeclaredSize = AddSaturated(DeclaredSize, header.Length);
                return FrameEvent.StillTooLarge;
            }

            DeclaredSize = AddSaturated(_messageLength, header.Length);
            if (DeclaredSize > MaxMessageSize)
            {
                _discarding = true;
                ShowBeginning();
                return FrameEvent.TooLarge;
            }
        }
    }

    /// <summary>
    /// Gives the last message away, with the buffer it lies in, which stays counted in the memory budget. Only for
    /// assembled messages; the bytes begin at <see cref="HeadRoom"/>.
    /// </summary>
    public byte[]? TakeAssembled()
    {
        if (!_currentAssembled)
            return null;

        var message = _message;
        _message = null;
        _messageLength = 0;
        _currentAssembled = false;
        _currentLength = 0;
        return message;
    }

    /// <summary>Undoes <see cref="TakeAssembled"/>: nobody wanted it.</summary>
    public void PutBack(byte[] message, int length)
    {
        _message = message;
        _currentAssembled = true;
        _currentLength = length;
    }

    /// <summary>Before a wait: keeps just what is left over of an unfinished frame.</summary>
    public void Trim()
    {
        ReleaseCurrent();
        var left = _end - _start;
        if (_buffer is null)
            return;

        if (left == 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
            _start = _end = 0;
        }
        else if (left <= _buffer.Length / 4)
        {
            ReplaceBuffer(ArrayPool<byte>.Shared.Rent(left));
        }
    }

    public void Release()
    {
        _start = _end = 0;
        _currentAssembled = false;
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        ReleaseMessage();
    }

    private void ReleaseMessage()
    {
        if (_message is not null)
        {
            ArrayPool<byte>.Shared.Return(_message);
            budget.Remove(_message.Length);
        }

        _message = null;
        _messageLength = 0;
    }

    private FrameEvent MessageDone(bool assembled, int start, int length, Opcode opcode)
    {
        if (assembled && _message is null)
            EnsureMessageRoom(1);
        _currentAssembled = assembled;
        _currentStart = start;
        _currentLength = length;
        CurrentOpcode = opcode;
        return FrameEvent.Message;
    }

    private FrameEvent TakeControl(FrameHeader header)
    {
        var start = _start + header.Size;
        var length = (int)header.Length;
        var payload = _buffer.AsSpan(start, length);
        Masking.Apply(payload, header.MaskKey);
        _start = start + length;
        _currentAssembled = false;
        _currentStart = start;
        _currentLength = length;
        switch (header.Opcode)
        {
            case Opcode.Ping:
                return FrameEvent.Ping;
            case Opcode.Pong:
                return FrameEvent.Pong;
        }

        if (length == 0)
        {
            CloseCode = CloseCode.Normal;
            return FrameEvent.Close;
        }

        if (length == 1)
            return Violate(CloseCode.ProtocolError, "a close code has two bytes");
        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (code is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
            return Violate(CloseCode.ProtocolError, "this close code must not be sent");
        if (!Utf8.IsValid(payload[2..]))
            return Violate(CloseCode.ProtocolError, "the reason of the close is not UTF-8");

        CloseCode = (CloseCode)code;
        return FrameEvent.Close;
    }

    private void TakePayload()
    {
        var count = (int)Math.Min(_end - _start, _frameRemaining);
        if (count == 0)
            return;

        if (!_discarding)
        {
            EnsureMessageRoom(count);
            var target = _message.AsSpan(HeadRoom + _messageLength, count);
            _buffer.AsSpan(_start, count).CopyTo(target);
            _frameKey = Masking.Apply(target, _frameKey);
            _messageLength += count;
        }

        _start += count;
        _frameRemaining -= count;
    }

    /// <summary>What is at hand of a message too large to keep, so that its id can be named in the refusal.</summary>
    private void ShowBeginning()
    {
        if (_messageLength > 0)
        {
            _currentAssembled = true;
            _currentLength = _messageLength;
            return;
        }

        _currentAssembled = false;
        _currentStart = _start;
        _currentLength = (int)Math.Min(_end - _start, Math.Min(_frameRemaining, 1024));
        var beginning = _buffer.AsSpan(_currentStart, _currentLength);
        _frameKey = Masking.Apply(beginning, _frameKey);
        _start += _currentLength;
        _frameRemaining -= _currentLength;
    }

    private void EnsureMessageRoom(int count)
    {
        var needed = HeadRoom + _messageLength + count;
        if (_message is not null && _message.Length >= needed)
            return;

        var whole = HeadRoom + _messageLength + Math.Max(count, _frameRemaining);
        var wanted = _messageLength >= Believed ? Math.Max(whole, 2L * _messageLength) : Math.Max(ReceiveSize, (long)needed * GrowthFactor);
        if (_frameFinal)
            wanted = Math.Min(wanted, whole);
        wanted = Math.Min(wanted, HeadRoom + (long)MaxMessageSize);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, wanted));
        if (_message is not null)
        {
            _message.AsSpan(HeadRoom, _messageLength).CopyTo(larger.AsSpan(HeadRoom));
            ArrayPool<byte>.Shared.Return(_message);
            budget.Remove(_message.Length);
        }

        budget.Add(larger.Length);
        _message = larger;
    }

    private void ReleaseCurrent()
    {
        if (_currentAssembled || (_discarding && _message is not null))
        {
            ReleaseMessage();
        }

        _currentAssembled = false;
        _currentLength = 0;
    }

    private void ReplaceBuffer(byte[] replacement)
    {
        var left = _end - _start;
        if (_buffer is not null)
        {
            _buffer.AsSpan(_start, left).CopyTo(replacement);
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = replacement;
        _start = 0;
        _end = left;
    }

    private FrameEvent Violate(CloseCode code, string problem)
    {
        CloseCode = code;
        Problem = problem;
        return FrameEvent.Violation;
    }

    private static long AddSaturated(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
