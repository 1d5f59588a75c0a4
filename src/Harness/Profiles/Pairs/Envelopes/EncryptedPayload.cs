using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>The members of <c>{"enc":true,"ciphertext":base64,"nonce":base64}</c>, decoded.</summary>
/// <param name="Ciphertext">Ciphertext followed by the tag.</param>
/// <param name="Nonce">12 bytes, if the sender did it right.</param>
internal readonly record struct EncryptedPayload(byte[] Ciphertext, byte[] Nonce)
{
    private static readonly SearchValues<char> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <returns>Null when <paramref name="payload"/> is not an encrypted payload; <paramref name="problem"/> says why.</returns>
    public static EncryptedPayload? Read(ReadOnlyMemory<byte> payload, out string problem)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            problem = "The payload is not {\"enc\":true,\"ciphertext\":string,\"nonce\":string}.";
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } members
                || !members.TryGetProperty("enc", out var enc) || enc.ValueKind != JsonValueKind.True
                || !members.TryGetProperty("ciphertext", out var ciphertext) || ciphertext.ValueKind != JsonValueKind.String
                || !members.TryGetProperty("nonce", out var nonce) || nonce.ValueKind != JsonValueKind.String)
                return null;
            problem = "The ciphertext or the nonce is not base64 (RFC 4648 section 4).";
            return Decode(ciphertext.GetString()!) is { } sealedBytes && Decode(nonce.GetString()!) is { } nonceBytes
                ? new EncryptedPayload(sealedBytes, nonceBytes)
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            problem = "The payload is not JSON.";
            return null;
        }
    }

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(64 + Base64.GetMaxEncodedToUtf8Length(Ciphertext.Length));
        buffer.Write("{\"enc\":true,\"ciphertext\":\""u8);
        WriteBase64(buffer, Ciphertext);
        buffer.Write("\",\"nonce\":\""u8);
        WriteBase64(buffer, Nonce);
        buffer.Write("\"}"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteBase64(ArrayBufferWriter<byte> buffer, byte[] bytes)
    {
        Base64.EncodeToUtf8(bytes, buffer.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        buffer.Advance(written);
    }

    /// <summary>.NET's decoder skips white space, which section 3.3 of the RFC forbids.</summary>
    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        return !text.AsSpan().ContainsAnyExcept(Base64Characters) && Convert.TryFromBase64String(text, bytes, out var length)
            ? bytes[..length]
            : null;
    }
}
