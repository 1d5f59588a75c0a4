using System.Text.Json;

namespace CoralMux.Harness.Commands;

/// <summary>Distinguishes reports of <c>load</c> from reports of <c>verify</c>.</summary>
internal static class ReportKind
{
    /// <summary>False also for a file that is not a report: the reader of verify's reports then says what is wrong with it.</summary>
    public static bool IsLoad(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("kind", out var kind)
                && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("load");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
