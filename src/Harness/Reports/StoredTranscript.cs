using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports;

/// <summary>A transcript as a stored report refers to it.</summary>
/// <param name="RecordedHash">What the report says its SHA-256 is, or null.</param>
/// <param name="ActualHash">What it is, or null where the file is gone.</param>
/// <param name="Entries">Null where the file is gone or is no transcript.</param>
public sealed record StoredTranscript(string File, string? RecordedHash, string? ActualHash, IReadOnlyList<TranscriptEntry>? Entries)
{
    /// <param name="report">Path of <c>report.json</c>.</param>
    public static StoredTranscript Read(string report, JsonElement scenario)
    {
        var file = scenario.GetProperty("transcript").GetString()!;
        var recorded = JsonReport.Optional(scenario, "transcriptSha256");
        var directory = System.IO.Path.GetFullPath(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(report))!);
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(directory, file));
        // A report from elsewhere must not make this program read what lies elsewhere.
        if (!path.StartsWith(directory + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) || !System.IO.File.Exists(path))
            return new StoredTranscript(file, recorded, null, null);

        var content = System.IO.File.ReadAllBytes(path);
        try
        {
            return new StoredTranscript(file, recorded, TranscriptFile.Hash(content), TranscriptFile.Read(content));
        }
        catch (JsonException)
        {
            return new StoredTranscript(file, recorded, TranscriptFile.Hash(content), null);
        }
    }
}
