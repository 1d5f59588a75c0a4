using System.Buffers;
using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Framing;

/// <summary>Puts one message together from the payloads of its frames (TRN-12, TRN-16), in a pooled buffer with room in front for the frame header
/// that will carry it on. A message over the limit is skipped (TRN-21).</summary>
internal sealed class MessageAssembler(MemoryBudget budget)
{
    /// <summary>Bytes in front of the message.</summary>
    public const int HeadRoom = 16;

    /// <summary>Memory for a message follows what really arrived of it, so a false length costs little. Once this much has arrived the rest is
    /// believed, because growing again would copy it all.</summary>
    private const int Believed = 256 * 1024;

    private const int GrowthFactor = 8;

    // The message.
    private byte[]? _buffer;
    private int _length;

    // The frame of it that is arriving.
    private long _remaining;
    private uint _maskKey;
    private bool _isFinal;

    /// <summary>In bytes (TRN-20). May change between messages.</summary>
    public int MaxSize { get; set; }

    public Opcode Opcode { get; private set; }

    /// <summary>A message has begun, and its last frame has not ended.</summary>
    public bool InMessage { get; private set; }

    /// <summary>The payload of a frame has not ended.</summary>
    public bool InFrame { get; private set; }

    /// <summary>The message is over the limit, and the rest of it is skipped.</summary>
    public bool IsSkipping { get; private set; }

    /// <summary>The size of the message in bytes, as far as its frame headers have said.</summary>
    public long DeclaredSize { get; private set; }

    public byte[]? Buffer => _buffer;

    public Span<byte> Bytes => _buffer is null ? default : _buffer.AsSpan(HeadRoom, _length);

    /// <returns>False when the frame takes the message over the limit; <see cref="IsSkipping"/> is then true.</returns>
    public bool BeginFrame(in FrameHeader header)
    {
        if (header.Opcode != Opcode.Continuation)
            Opcode = header.Opcode;
        InMessage = InFrame = true;
        _isFinal = header.Final;
        _remaining = header.Length;
        _maskKey = header.MaskKey;
        var before = IsSkipping ? DeclaredSize : _length;
        DeclaredSize = before > long.MaxValue - header.Length ? long.MaxValue : before + header.Length;
        IsSkipping |= DeclaredSize > MaxSize;
        return !IsSkipping;
    }

    /// <summary>Takes what belongs to the frame, and ends frame and message when they are complete.</summary>
    /// <returns>True when the message is complete and was not skipped.</returns>
    public bool Add(ReadOnlySpan<byte> masked, out int taken)
    {
        taken = (int)Math.Min(masked.Length, _remaining);
        if (taken > 0 && !IsSkipping)
        {
            EnsureRoom(taken);
            masked[..taken].CopyTo(_buffer.AsSpan(HeadRoom + _length));
            Received(taken);
        }
        else
        {
            _remaining -= taken;
        }

        InFrame = _remaining > 0;
        if (InFrame || !_isFinal)
            return false;

        InMessage = false;
        var complete = !IsSkipping;
        IsSkipping = false;
        return complete;
    }

    /// <summary>Room for more of the frame, to receive straight into it.</summary>
    public Memory<byte> GetRoom()
    {
        EnsureRoom(1);
        var offset = HeadRoom + _length;
        return _buffer.AsMemory(offset, (int)Math.Min(_buffer!.Length - offset, _remaining));
    }

    /// <summary>So many masked bytes of the frame were written into the room.</summary>
    public void Received(int count)
    {
        _maskKey = Masking.Apply(_buffer.AsSpan(HeadRoom + _length, count), _maskKey);
        _length += count;
        _remaining -= count;
    }

    /// <summary>How much of so many bytes may be shown of a message that is skipped.</summary>
    public int Showable(int available) => (int)Math.Min(available, Math.Min(_remaining, 1024));

    /// <summary>Unmasks the next bytes of the frame where they are, without keeping them.</summary>
    public void Show(Span<byte> bytes)
    {
        _maskKey = Masking.Apply(bytes, _maskKey);
        _remaining -= bytes.Length;
    }

    /// <summary>The buffer has a new owner.</summary>
    public void GiveAway()
    {
        _buffer = null;
        _length = 0;
    }

    public void Release()
    {
        if (_buffer is not null)
            Return(_buffer);
        GiveAway();
    }

    private void EnsureRoom(int count)
    {
        var needed = HeadRoom + _length + count;
        if (_buffer is not null && _buffer.Length >= needed)
            return;

        var whole = HeadRoom + _length + Math.Max(count, _remaining);
        var wanted = _length >= Believed ? Math.Max(whole, 2L * _length) : Math.Max(ReceiveBuffer.Size, (long)needed * GrowthFactor);
        if (_isFinal)
            wanted = Math.Min(wanted, whole);
        wanted = Math.Min(wanted, HeadRoom + (long)MaxSize);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, wanted));
        if (_buffer is not null)
        {
            Bytes.CopyTo(larger.AsSpan(HeadRoom));
            Return(_buffer);
        }

        budget.Add(larger.Length);
        _buffer = larger;
    }

    private void Return(byte[] buffer)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        budget.Remove(buffer.Length);
    }
}
