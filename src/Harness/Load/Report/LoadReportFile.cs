using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Load.Report;

/// <summary>The one reader and writer of a load report as <c>report.json</c>.</summary>
public static class LoadReportFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    public static void Write(LoadReport report, Stream output) => JsonSerializer.Serialize(output, report, Json);

    public static string ToText(LoadReport report) => JsonSerializer.Serialize(report, Json);

    /// <exception cref="CommandException">It is missing, or does not follow <c>schemas/load-report.schema.json</c>; exit 2.</exception>
    public static LoadReport Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The report cannot be read: {exception.Message}");
        }

        return SchemaCatalog.Load(Suite.BuiltIn).Validate("load-report", bytes) is [var first, ..]
            ? throw new CommandException(ExitCode.Usage, $"{path} is not a load report: {first}")
            : JsonSerializer.Deserialize<LoadReport>(bytes, Json)!;
    }
}
