using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>Makes messages of the relay's data frames, and notices frames that break RFC 6455. Only the pump of its peer uses it.</summary>
/// <param name="isCompressed">permessage-deflate was negotiated (RFC 7692).</param>
internal sealed class FrameAssembler(string connection, bool isCompressed, Transcript transcript, ViolationLog violations)
{
    private MemoryStream _message = new();
    private Frame _first;
    private bool _inside;

    /// <returns>The message that the frame completes, or null.</returns>
    /// <exception cref="InvalidDataException">A compressed message cannot be inflated.</exception>
    public ReceivedMessage? Add(Frame frame)
    {
        Inspect(frame);
        if (frame.Opcode is Opcode.Ping or Opcode.Pong or Opcode.Close)
            return null;
        if (_inside != (frame.Opcode == Opcode.Continuation))
            Notice("fragments in the order of RFC 6455 §5.4", $"a {frame.Opcode} frame {(_inside ? "inside" : "outside")} a fragmented message");
        if (frame.Opcode != Opcode.Continuation)
            _first = frame;
        if (frame.Fin && !_inside)
            return Message(frame.Payload, isKept: frame.Payload.Length > FrameReader.LargestBuffered);

        _message.Write(frame.Payload.Span);
        _inside = !frame.Fin;
        if (_inside)
            return null;
        var whole = _message.ToArray();
        _message = new MemoryStream();
        return Message(whole, isKept: true);
    }

    // A large payload has an array of its own already.
    private ReceivedMessage Message(ReadOnlyMemory<byte> payload, bool isKept)
    {
        var bytes = _first.Rsv == Deflate.Rsv && isCompressed ? Deflate.Inflate(payload.Span) : isKept ? payload : payload.ToArray();
        return new ReceivedMessage(bytes, _first.Opcode == Opcode.Text, transcript.Elapsed) { Entry = _first.Entry };
    }

    private void Inspect(Frame frame)
    {
        if (frame.Masked)
            Notice("a server's frames are not masked (RFC 6455 §5.1)", "a masked frame");
        if (frame.Rsv != 0 && !(frame is { Rsv: Deflate.Rsv, Opcode: Opcode.Text or Opcode.Binary } && isCompressed))
            Notice("reserved bits are zero where no extension was negotiated (RFC 6455 §5.2)", $"reserved bits {frame.Rsv}");
        if (frame.IsControl && (!frame.Fin || frame.Payload.Length > 125))
        {
            Notice(
                "control frames are whole and at most 125 bytes (RFC 6455 §5.5)", $"a control frame of {frame.Payload.Length} bytes, FIN {frame.Fin}");
        }

        if (!Enum.IsDefined(frame.Opcode))
            Notice("an opcode of RFC 6455 §11.8", $"opcode {(byte)frame.Opcode}");
    }

    private void Notice(Sentence expected, Sentence actual) => violations.Add(connection, WellKnownRequirements.RelayFrames, expected, actual);
}
