using System.IO.Compression;

namespace CoralMux.Mutants.Sabotage;

/// <summary>permessage-deflate (RFC 7692) without context takeover, on behalf of a relay that does not implement it.</summary>
internal static class Compression
{
    private const string Extension = "permessage-deflate";
    private const int Rsv1 = 0x40;

    /// <summary>Accepts the extension where it is offered, and hands over what came compressed.</summary>
    /// <param name="act">Gets the inflated message, or null if it is not DEFLATE, and its length before.</param>
    public static void Compresses(this Saboteur saboteur, Func<Link, Message?, int, Task> act)
    {
        saboteur.Http = async (call, ask) =>
        {
            var isOffered = call.IsHandshake && call.Fields["Sec-WebSocket-Extensions"]?.StartsWith(Extension, StringComparison.Ordinal) == true;
            call.Fields["Sec-WebSocket-Extensions"] = isOffered ? null : call.Fields["Sec-WebSocket-Extensions"];
            var reply = await ask();
            if (isOffered && reply.Status == 101)
                reply.Fields["Sec-WebSocket-Extensions"] = $"{Extension}; client_no_context_takeover; server_no_context_takeover";
            return reply;
        };
        saboteur.OnUpFrame(
            (_, frame) => (frame.First & Rsv1) != 0 && frame is { IsControl: false, Fin: true, Opcode: not Frame.Continuation },
            (link, frame) => act(link, Inflate(frame.Payload) is { } whole ? new Message(whole, frame.Opcode == Frame.Text) : null, frame.Payload.Length));
    }

    private static byte[]? Inflate(byte[] payload)
    {
        try
        {
            using var inflate = new DeflateStream(new MemoryStream([.. payload, 0x00, 0x00, 0xFF, 0xFF]), CompressionMode.Decompress);
            var whole = new MemoryStream();
            inflate.CopyTo(whole);
            return whole.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
