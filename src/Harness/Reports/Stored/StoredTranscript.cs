using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>A transcript as a stored report refers to it.</summary>
/// <param name="RecordedHash">What the report says its SHA-256 is, or null.</param>
/// <param name="ActualHash">What it is, or null where the file is missing.</param>
/// <param name="Entries">Null where the file is missing or is not a transcript.</param>
public sealed record StoredTranscript(string File, string? RecordedHash, string? ActualHash, IReadOnlyList<TranscriptEntry>? Entries)
{
    /// <param name="report">Path of <c>report.json</c>.</param>
    /// <param name="file">Relative to the report.</param>
    public static StoredTranscript Read(string report, string file, string? recordedHash)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(report))!;
        var path = Path.GetFullPath(Path.Combine(directory, file));
        // A report from elsewhere must not make this program read what lies elsewhere.
        if (!path.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !System.IO.File.Exists(path))
            return new StoredTranscript(file, recordedHash, null, null);

        var content = System.IO.File.ReadAllBytes(path);
        var stored = new StoredTranscript(file, recordedHash, TranscriptFile.Hash(content), null);
        try
        {
            return stored with { Entries = TranscriptFile.Read(content) };
        }
        catch (JsonException)
        {
            return stored;
        }
    }
}
