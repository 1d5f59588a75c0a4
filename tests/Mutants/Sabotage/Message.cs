using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CoralMux.Mutants.Sabotage;

/// <summary>A whole WebSocket message on its way through the saboteur.</summary>
internal sealed class Message(byte[] bytes, bool isText = true)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<JsonObject?> _json = new(() => Parse(bytes));

    public byte[] Bytes => bytes;

    public bool IsText => isText;

    public string Text => Encoding.UTF8.GetString(bytes);

    /// <summary>The envelope, or null where it is none.</summary>
    public JsonObject? Json => _json.Value;

    public string? Type => Member("type");

    public string? Id => Member("id");

    /// <summary>Of an error.</summary>
    public string? Code => Payload("code");

    public bool IsForwarded => Type is { } type && (type == "key_exchange"
        || type.Split('.') is [ "chat" or "agent" or "group" or "memory" or "system" or "file", _, ..]);

    public string? Payload(string name) => Json?["payload"] is JsonObject payload && payload.TryGetPropertyValue(name, out var value)
        ? value?.ToString()
        : null;

    public static Message Of(JsonObject json) => new(Encoding.UTF8.GetBytes(json.ToJsonString(Plain)));

    public static Message Of(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>The same message, changed and written again.</summary>
    public Message With(Action<JsonObject> change)
    {
        var copy = (JsonObject)Json!.DeepClone();
        change(copy);
        return Of(copy);
    }

    /// <summary>The same with something else in its payload.</summary>
    public Message WithPayload(Action<JsonObject> change) => With(json => change((JsonObject)json["payload"]!));

    private string? Member(string name) => Json?.TryGetPropertyValue(name, out var value) == true
        && value is JsonValue text && text.TryGetValue<string>(out var result) ? result : null;

    private static JsonObject? Parse(byte[] bytes)
    {
        try
        {
            var json = JsonNode.Parse(bytes) as JsonObject;
            // Members are looked at when they are first asked for: doubled ones are found now.
            _ = json?.Count + (json?["payload"] as JsonObject)?.Count;
            return json;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
