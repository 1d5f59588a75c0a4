using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>A file of <c>transcripts/</c>: everything a scenario saw on the wire, in order.</summary>
public static class TranscriptFile
{
    private static readonly JsonSerializerOptions Json = new(ReportFile.Json) { RespectRequiredConstructorParameters = true };

    /// <summary>Where a scenario's transcript is, relative to the report.</summary>
    public static string PathOf(Scenario scenario) => $"transcripts/{scenario.Id.Replace('/', '.')}.json";

    /// <summary>SHA-256 of a file's content, as <c>report.json</c> records it: lower-case hex.</summary>
    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static byte[] Write(IReadOnlyList<TranscriptEntry> transcript) => JsonSerializer.SerializeToUtf8Bytes(transcript.Select(ToDocument), Json);

    /// <exception cref="JsonException">The content is not a transcript.</exception>
    public static IReadOnlyList<TranscriptEntry> Read(byte[] content) =>
        JsonSerializer.Deserialize<EntryDocument?[]>(content, Json) is { } entries
            ? [.. entries.Select(entry => ToEntry(entry ?? throw new JsonException("An entry is null.")))]
            : throw new JsonException("It is null.");

    /// <summary>One entry, in the order of its members.</summary>
    /// <param name="AtMs">Milliseconds since the scenario began.</param>
    /// <param name="Base64">The content where it is not UTF-8; at most one of this and <paramref name="Text"/>.</param>
    private sealed record EntryDocument(
        double AtMs, string Connection, Direction Direction, string Kind, long Length,
        byte[]? Base64 = null, string? Text = null, string? Sha256 = null, string? Note = null, string? Opened = null);

    private static EntryDocument ToDocument(TranscriptEntry entry)
    {
        var bytes = entry.Bytes;
        var isText = Utf8.IsValid(bytes.Span);
        return new EntryDocument(
            DocumentConversion.Milliseconds(entry.At), entry.Connection, entry.Direction, entry.Kind, entry.Length,
            isText ? null : bytes.ToArray(),
            isText && bytes.Length > 0 ? Encoding.UTF8.GetString(bytes.Span) : null,
            entry.Sha256, entry.Note, entry.Opened);
    }

    private static TranscriptEntry ToEntry(EntryDocument entry) => new(
        TimeSpan.FromMilliseconds(entry.AtMs), entry.Connection, entry.Direction, entry.Kind, entry.Length,
        entry.Base64 ?? Encoding.UTF8.GetBytes(entry.Text ?? ""),
        entry.Sha256, entry.Note)
    {
        Opened = entry.Opened,
    };
}
