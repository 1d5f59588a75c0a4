using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Framing;

/// <summary>Turns the bytes of a client into whole messages and control frames. A small message is handed out where it was received; larger and
/// fragmented ones are assembled. Holds no buffer between messages.</summary>
internal sealed class FrameReader(MemoryBudget budget)
{
    /// <summary>An unfragmented message up to this many bytes is awaited in the receive buffer.</summary>
    private const int SmallMessage = 16 * 1024;

    private readonly ReceiveBuffer _buffer = new();
    private readonly MessageAssembler _assembler = new(budget);

    // The last event.
    private bool _assembled;
    private Opcode _opcode;

    /// <summary>In bytes. Set by the owner; may change between messages.</summary>
    public int MaxMessageSize
    {
        get => _assembler.MaxSize;
        set => _assembler.MaxSize = value;
    }

    /// <summary>The message, or the payload of the control frame, of the last event; of a message that is too large, the beginning. Valid until the
    /// next call.</summary>
    public Span<byte> Current => _assembled ? _assembler.Bytes : _buffer.Taken;

    /// <summary>The message of the last event, which was <see cref="FrameEvent.Message"/>.</summary>
    public ReceivedMessage Message => new(Current, _assembled ? _assembler.Buffer : null, _opcode == Opcode.Text);

    /// <summary>With which to close after <see cref="FrameEvent.Close"/> or <see cref="FrameEvent.Violation"/>.</summary>
    public CloseCode CloseCode { get; private set; }

    /// <summary>The rule that was broken, after <see cref="FrameEvent.Violation"/>.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The size in bytes of the message that was refused as too large, as far as its frames have said.</summary>
    public long DeclaredSize => _assembler.DeclaredSize;

    /// <summary>In the middle of a large message: the next receive goes straight into it.</summary>
    public bool ReceivesDirectly => _assembler is { InFrame: true, IsSkipping: false } && _buffer.IsEmpty;

    public Memory<byte> GetReceiveBuffer() => ReceivesDirectly ? _assembler.GetRoom() : _buffer.GetRoom();

    public void Received(int count)
    {
        if (ReceivesDirectly)
            _assembler.Received(count);
        else
            _buffer.Received(count);
    }

    /// <summary>Takes bytes that came together with the handshake.</summary>
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
            if (_assembler.InFrame)
            {
                var complete = _assembler.Add(_buffer.Unread, out var taken);
                _buffer.Skip(taken);
                if (complete)
                    return MessageDone(assembled: true, _assembler.Opcode);
                if (_assembler.InFrame)
                    return FrameEvent.NeedMore;
            }

            var available = _buffer.Unread;
            if (!FrameHeader.TryRead(available, out var header, out var problem))
                return FrameEvent.NeedMore;
            if (problem is not null)
                return Violate(problem);

            if (header.IsControl)
                return available.Length < header.Size + header.Length ? FrameEvent.NeedMore : TakeControl(header);

            var inMessage = _assembler.InMessage;
            if (header.Opcode == Opcode.Continuation != inMessage)
                return Violate(inMessage ? "a new message inside a fragmented one" : "a continuation of nothing");

            if (!inMessage && header.Final && header.Length <= Math.Min(SmallMessage, MaxMessageSize))
            {
                if (available.Length < header.Size + header.Length)
                    return FrameEvent.NeedMore;

                TakePayload(header);
                return MessageDone(assembled: false, header.Opcode);
            }

            _buffer.Skip(header.Size);
            var wasSkipping = _assembler.IsSkipping;
            if (_assembler.BeginFrame(header))
                continue;
            if (wasSkipping)
                return FrameEvent.StillTooLarge;
            ShowBeginning();
            return FrameEvent.TooLarge;
        }
    }

    /// <summary>The buffer of <see cref="Message"/> has a new owner, also in the memory budget.</summary>
    public void GiveAway() => _assembler.GiveAway();

    /// <summary>Before a wait: keeps only what is left of an unfinished frame.</summary>
    public void Trim()
    {
        ReleaseCurrent();
        _buffer.Trim();
    }

    /// <summary>Returns all memory. An incomplete message is gone (TRN-18).</summary>
    public void Release()
    {
        _assembled = false;
        _buffer.Release();
        _assembler.Release();
    }

    private FrameEvent MessageDone(bool assembled, Opcode opcode)
    {
        _assembled = assembled;
        _opcode = opcode;
        return FrameEvent.Message;
    }

    private Span<byte> TakePayload(in FrameHeader header)
    {
        _buffer.Skip(header.Size);
        var payload = _buffer.Take((int)header.Length);
        Masking.Apply(payload, header.MaskKey);
        return payload;
    }

    /// <summary>At once, also between the fragments of a message (TRN-13).</summary>
    private FrameEvent TakeControl(in FrameHeader header)
    {
        var payload = TakePayload(header);
        if (header.Opcode == Opcode.Ping)
            return FrameEvent.Ping;
        if (header.Opcode == Opcode.Pong)
            return FrameEvent.Pong;
        if (CloseFrame.Read(payload, out var code) is { } problem)
            return Violate(problem);

        CloseCode = code;
        return FrameEvent.Close;
    }

    /// <summary>The available part of a message that is too large, so that the refusal can name its id.</summary>
    private void ShowBeginning()
    {
        _assembled = !_assembler.Bytes.IsEmpty;
        if (!_assembled)
            _assembler.Show(_buffer.Take(_assembler.Showable(_buffer.Unread.Length)));
    }

    private void ReleaseCurrent()
    {
        if (_assembled || _assembler.IsSkipping)
            _assembler.Release();
        _assembled = false;
    }

    private FrameEvent Violate(string problem)
    {
        CloseCode = CloseCode.ProtocolError;
        Problem = problem;
        return FrameEvent.Violation;
    }
}
