using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace CoralMux.ReferenceRelay.Framing;

/// <summary>The payload of a close frame: nothing, or a code of two bytes and a reason in UTF-8 (RFC 6455 §5.5.1).</summary>
internal static class CloseFrame
{
    /// <returns>Null when the payload is valid; otherwise the rule that it breaks.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out CloseCode code)
    {
        code = CloseCode.Normal;
        if (payload.IsEmpty)
            return null;
        if (payload.Length == 1)
            return "a close code has two bytes";

        var number = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (number is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
            return "this close code must not be sent";
        if (!Utf8.IsValid(payload[2..]))
            return "the reason of the close is not UTF-8";

        code = (CloseCode)number;
        return null;
    }

    /// <returns>The length of the payload in bytes.</returns>
    public static int Write(Span<byte> payload, CloseCode code, string reason)
    {
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        return 2 + Encoding.UTF8.GetBytes(reason, payload[2..]);
    }
}
