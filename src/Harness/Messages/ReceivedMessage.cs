using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Messages;

/// <summary>A whole WebSocket message as it came from the relay.</summary>
/// <param name="At">Time since the scenario began, when its last frame was read.</param>
public sealed record ReceivedMessage(ReadOnlyMemory<byte> Bytes, bool IsText, TimeSpan At) : IObserved
{
    /// <summary>What a relay originates is far smaller; the payload of a larger message is the peers' business.</summary>
    private const int LargestOfARelay = 64 * 1024;

    private TopLevel? _top;

    public string Kind => Code is { } code ? $"{Type} {code}" : Type ?? "no envelope";

    /// <summary>Of its first frame.</summary>
    public int? Entry { get; init; }

    /// <summary>The envelope's <c>type</c>, or null if it is not an envelope.</summary>
    public string? Type => Top.Type;

    public string? Id => Top.Id;

    /// <summary>A member of the payload, or null where there is none.</summary>
    public JsonElement? Payload(string member)
    {
        try
        {
            return Top.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(member, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Some member's name is an escape that stands for no character.
            return null;
        }
    }

    /// <summary>The error code of a <c>chat.error</c> or <c>auth.fail</c>, or null.</summary>
    public string? Code => Type is "chat.error" or "auth.fail" ? String(Payload("code")) : null;

    /// <summary>SHA-256 of the whole message, upper-case hex: equal hashes, equal bytes.</summary>
    public string Hash { get; private init; } = Convert.ToHexString(SHA256.HashData(Bytes.Span));

    /// <summary>Bytes of the whole message, also where only its start was kept.</summary>
    public int Length { get; private init; } = Bytes.Length;

    /// <summary>The same message as far as it is remembered after it was judged: a large one's start, and its hash.</summary>
    public ReceivedMessage ForMemory() => Bytes.Length <= Transcript.KeptBytes
        ? this
        : this with { Bytes = Bytes[..Transcript.KeptBytes].ToArray(), _top = Top with { Payload = null } };

    private TopLevel Top => _top ??= TopLevel.Read(Bytes.Span);

    /// <summary>For a person: type and code, or the start of the text.</summary>
    public string Describe() => (Type, Code) switch
    {
        (null, _) => $"{Length} bytes that are not an envelope: {Start()}",
        ({ } type, null) => $"{type} ({Length} bytes) {Start()}",
        ({ } type, { } code) => $"{type} {code} {Start()}",
    };

    private string Start()
    {
        var text = Encoding.UTF8.GetString(Bytes.Span[..Math.Min(160, Bytes.Length)]);
        return Length > 160 ? text + "…" : text;
    }

    private static string? String(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The three top-level members that matter, as far as the message is JSON at all; odd names and values elsewhere do not disturb.</summary>
    private sealed record TopLevel(string? Type, string? Id, JsonElement? Payload)
    {
        public static TopLevel Read(ReadOnlySpan<byte> message)
        {
            var top = new TopLevel(null, null, null);
            try
            {
                var reader = new Utf8JsonReader(message);
                if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                    return top;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = Text(ref reader);
                    reader.Read();
                    if (name is "type" or "id" && reader.TokenType == JsonTokenType.String)
                        top = name == "type" ? top with { Type = Text(ref reader) } : top with { Id = Text(ref reader) };
                    else if (name == "payload" && message.Length <= LargestOfARelay)
                        top = top with { Payload = JsonElement.ParseValue(ref reader) };
                    else
                        reader.Skip();
                }
            }
            catch (JsonException)
            {
                // What was read before it broke is all there is.
            }

            return top;
        }

        private static string? Text(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException)
            {
                // A lone surrogate: valid JSON, but no text.
                return null;
            }
        }
    }
}
