using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports;

/// <summary>A file of <c>transcripts/</c>: everything a scenario saw on the wire, in order. Text where it is UTF-8, else base64.</summary>
public static class TranscriptFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Where a scenario's transcript lies, relative to the report.</summary>
    public static string PathOf(Gherkin.Scenario scenario) => $"transcripts/{scenario.Id.Replace('/', '.')}.json";

    /// <summary>SHA-256 of a file's content, as <c>report.json</c> records it.</summary>
    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static byte[] Write(IReadOnlyList<TranscriptEntry> transcript)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, JsonReport.WriterOptions))
        {
            json.WriteStartArray();
            foreach (var entry in transcript)
                Write(json, entry);
            json.WriteEndArray();
        }

        return output.ToArray();
    }

    /// <exception cref="JsonException">The content is no transcript.</exception>
    public static IReadOnlyList<TranscriptEntry> Read(byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    private static void Write(Utf8JsonWriter json, TranscriptEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("atMs", JsonReport.Milliseconds(entry.At));
        json.WriteString("connection", entry.Connection);
        json.WriteString("direction", entry.Direction.ToString().ToLowerInvariant());
        json.WriteString("kind", entry.Kind);
        json.WriteNumber("length", entry.Length);
        if (TryText(entry.Bytes.Span) is not { } text)
            json.WriteBase64String("base64", entry.Bytes.Span);
        else if (text.Length > 0)
            json.WriteString("text", text);
        if (entry.Sha256 is { } hash)
            json.WriteString("sha256", hash);
        if (entry.Note is { } note)
            json.WriteString("note", note);
        if (entry.Opened is { } opened)
            json.WriteString("opened", opened);
        json.WriteEndObject();
    }

    private static TranscriptEntry Read(JsonElement entry)
    {
        ReadOnlyMemory<byte> bytes = entry.TryGetProperty("base64", out var base64) ? base64.GetBytesFromBase64()
            : entry.TryGetProperty("text", out var text) ? Encoding.UTF8.GetBytes(text.GetString()!)
            : default;
        return new TranscriptEntry(
            TimeSpan.FromMilliseconds(entry.GetProperty("atMs").GetDouble()),
            entry.GetProperty("connection").GetString()!,
            Enum.Parse<Direction>(entry.GetProperty("direction").GetString()!, ignoreCase: true),
            entry.GetProperty("kind").GetString()!,
            entry.GetProperty("length").GetInt64(),
            bytes,
            JsonReport.Optional(entry, "sha256"),
            JsonReport.Optional(entry, "note"))
        {
            Opened = JsonReport.Optional(entry, "opened"),
        };
    }

    private static string? TryText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
