using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CoralMux.Harness.Protocol;

/// <summary>An envelope as the harness sends it (chapter Envelope of the specification).</summary>
/// <param name="Id">UUID v4 in its usual spelling.</param>
/// <param name="Bytes">The whole WebSocket message, UTF-8.</param>
public sealed record Envelope(string Type, string Id, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>An envelope with all five members.</summary>
    /// <param name="payload">A JSON object.</param>
    public static Envelope Create(string type, string payload, TimeProvider time)
    {
        var id = Guid.NewGuid().ToString();
        var text = $$"""{"v":1,"type":{{JsonSerializer.Serialize(type)}},"id":"{{id}}","ts":{{time.GetUtcNow().ToUnixTimeMilliseconds()}},"payload":{{payload}}}""";
        return new Envelope(type, id, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>An envelope of exactly so many bytes: its <c>payload.text</c> is as long as it takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An envelope of this type cannot be that small.</exception>
    public static Envelope OfSize(string type, int bytes, TimeProvider time)
    {
        var empty = Create(type, """{"text":""}""", time);
        var missing = bytes - empty.Bytes.Length;
        ArgumentOutOfRangeException.ThrowIfNegative(missing, nameof(bytes));
        return WithText(empty, new string('x', missing));
    }

    private static Envelope WithText(Envelope empty, string text)
    {
        var closing = "\"}}"u8;
        var writer = new ArrayBufferWriter<byte>(empty.Bytes.Length + text.Length);
        writer.Write(empty.Bytes.Span[..^closing.Length]);
        writer.Write(Encoding.UTF8.GetBytes(text));
        writer.Write(closing);
        return empty with { Bytes = writer.WrittenMemory };
    }
}
