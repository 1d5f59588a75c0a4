using System.Text.Json;

namespace CoralMux.Harness.Commands;

/// <summary>Tells reports of <c>load</c> from those of <c>verify</c>.</summary>
internal static class ReportKind
{
    /// <summary>False also for what is no report at all: reading it as one of verify says what is wrong with it.</summary>
    public static bool IsLoad(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("load");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
