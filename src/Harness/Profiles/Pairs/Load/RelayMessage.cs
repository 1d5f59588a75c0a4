using System.Text;
using System.Text.Json;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>A message that is not a load message: the relay's own, or the peer's key.</summary>
internal sealed class RelayMessage
{
    private readonly JsonElement _payload;

    private RelayMessage(RelayMessageKind? kind, string? id, JsonElement payload) => (Kind, Id, _payload) = (kind, id, payload);

    /// <summary>Null for a type that a load run does not follow.</summary>
    public RelayMessageKind? Kind { get; }

    public string? Id { get; }

    /// <returns>Null when it is not an envelope.</returns>
    public static RelayMessage? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            var root = JsonElement.ParseValue(ref reader);
            var type = root.GetProperty("type").GetString();
            var payload = root.TryGetProperty("payload", out var body) && body.ValueKind == JsonValueKind.Object ? body : default;
            return new RelayMessage(Word.TryRead<RelayMessageKind>(type ?? "", out var kind) ? kind : null, Text(root, "id"), payload);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    public string? Text(string member) => Text(_payload, member);

    public long? Number(string member) =>
        Member(_payload, member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public bool IsTrue(string member) => Member(_payload, member) is { ValueKind: JsonValueKind.True };

    /// <summary>The <c>auth</c> message of a side.</summary>
    /// <param name="role">As the target names it.</param>
    /// <param name="timestamp">Unix milliseconds.</param>
    public static byte[] Auth(string token, string role, long timestamp) => Envelope("auth", timestamp, $$"""{"token":"{{token}}","role":"{{role}}"}""");

    /// <summary>The <c>key_exchange</c> message of a side.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    public static byte[] KeyExchange(ReadOnlySpan<byte> publicKey, long timestamp) =>
        Envelope("key_exchange", timestamp, $$"""{"pubkey":"{{Convert.ToBase64String(publicKey)}}"}""");

    public static byte[] Envelope(string type, long timestamp, string payload) =>
        Encoding.UTF8.GetBytes($$"""{"v":1,"type":"{{type}}","id":"{{Guid.NewGuid()}}","ts":{{timestamp}},"payload":{{payload}}}""");

    /// <summary>Reads the id of a message of this run.</summary>
    public static bool TryReadOwn(string? id, uint nonce, out MessageId own)
    {
        own = default;
        return id is not null && MessageId.TryRead(Encoding.UTF8.GetBytes(id), out own) && own.Run == nonce;
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
