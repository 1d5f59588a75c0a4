using System.Text;
using System.Text.Json;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>Reads an encrypted payload inside its envelope, as a transcript shows it.</summary>
public static class SealedEnvelope
{
    /// <returns>The payload as the sender meant it, or null where there is nothing sealed or this key does not open it.</returns>
    public static string? Open(ReadOnlySpan<byte> envelope, EndToEndEncryption encryption)
    {
        if (envelope.IndexOf("\"ciphertext\""u8) < 0)
            return null;
        try
        {
            var reader = new Utf8JsonReader(envelope, new JsonReaderOptions { MaxDepth = 512 });
            var document = JsonElement.ParseValue(ref reader);
            return document.ValueKind == JsonValueKind.Object && document.TryGetProperty("payload", out var payload)
                && encryption.TryOpen(Encoding.UTF8.GetBytes(payload.GetRawText()), out var plaintext, out _)
                ? Encoding.UTF8.GetString(plaintext)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
