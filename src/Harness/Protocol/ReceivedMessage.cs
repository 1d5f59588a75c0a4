using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Protocol;

/// <summary>A whole WebSocket message as it came from the relay.</summary>
/// <param name="At">Time since the scenario began, when its last frame was read.</param>
public sealed record ReceivedMessage(ReadOnlyMemory<byte> Bytes, bool IsText, TimeSpan At)
{
    private readonly Lazy<JsonElement?> _json = new(() =>
    {
        try
        {
            var reader = new Utf8JsonReader(Bytes.Span);
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    });

    /// <summary>The envelope's <c>type</c>, or null where this is no envelope.</summary>
    public string? Type => String(Member("type"));

    public string? Id => String(Member("id"));

    /// <summary>A member of the payload, or null where there is none.</summary>
    public JsonElement? Payload(string member) =>
        Member("payload") is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(member, out var value) ? value : null;

    /// <summary>The error code of a <c>chat.error</c> or <c>auth.fail</c>, or null.</summary>
    public string? Code => Type is "chat.error" or "auth.fail" ? String(Payload("code")) : null;

    /// <summary>SHA-256 of the whole message, upper-case hex: equal hashes, equal bytes.</summary>
    public string Hash { get; private init; } = Convert.ToHexString(SHA256.HashData(Bytes.Span));

    /// <summary>Bytes of the whole message, also where only its start was kept.</summary>
    public int Length { get; private init; } = Bytes.Length;

    /// <summary>The same message as far as it is remembered after it was judged: a large one's start, and its hash.</summary>
    public ReceivedMessage ForMemory() => Bytes.Length <= Transcript.KeptBytes ? this : this with { Bytes = Bytes[..Transcript.KeptBytes].ToArray() };

    /// <summary>For a person: type and code, or the start of the text.</summary>
    public string Describe() => (Type, Code) switch
    {
        (null, _) => $"{Length} bytes that are no envelope: {Start()}",
        ({ } type, null) => $"{type} ({Length} bytes) {Start()}",
        ({ } type, { } code) => $"{type} {code} {Start()}",
    };

    private string Start()
    {
        var text = Encoding.UTF8.GetString(Bytes.Span[..Math.Min(160, Bytes.Length)]);
        return Length > 160 ? text + "…" : text;
    }

    private JsonElement? Member(string name) => _json.Value is { } envelope && envelope.TryGetProperty(name, out var value) ? value : null;

    private static string? String(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
