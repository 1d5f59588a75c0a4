using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>Makes envelopes with all five members; the same seed gives the same ids.</summary>
public sealed class EnvelopeFactory(TimeProvider time, Random random)
{
    /// <param name="payload">A JSON object.</param>
    public Envelope Create(string type, string payload)
    {
        var id = NewId();
        var text = $$"""{"v":1,"type":{{Json.Quote(type)}},"id":"{{id}}","ts":{{time.GetUtcNow().ToUnixTimeMilliseconds()}},"payload":{{payload}}}""";
        return new Envelope(type, id, Encoding.UTF8.GetBytes(text));
    }

    /// <param name="role">As the target spells it.</param>
    public Envelope Auth(string token, string role) => Create("auth", $$"""{"token":{{Json.Quote(token)}},"role":{{Json.Quote(role)}}}""");

    /// <summary>A text of a scenario with <c>&lt;id&gt;</c> and <c>&lt;ts&gt;</c> filled in.</summary>
    public string Fill(string text) => text
        .Replace("<id>", NewId(), StringComparison.Ordinal)
        .Replace("<ts>", time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>An ordinary envelope of a type.</summary>
    public Envelope Sample(string type) => Create(type, SamplePayloads.For(type));

    /// <summary>An envelope of exactly so many bytes: its <c>payload.text</c> is as long as it takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An envelope of this type cannot be that small.</exception>
    public Envelope OfSize(string type, int bytes)
    {
        var empty = Create(type, """{"text":""}""");
        var end = "\"}}".Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, empty.Bytes.Length);
        var message = new byte[bytes];
        message.AsSpan().Fill((byte)'x');
        empty.Bytes.Span[..^end].CopyTo(message);
        empty.Bytes.Span[^end..].CopyTo(message.AsSpan(^end..));
        return empty with { Bytes = message };
    }

    /// <summary>A UUID v4 (RFC 9562 section 5.4).</summary>
    public string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (random)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, random.NextInt64());
            BinaryPrimitives.WriteInt64BigEndian(bytes[8..], random.NextInt64());
        }

        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
