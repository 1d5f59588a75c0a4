using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>The one reader and writer of <c>report.json</c>.</summary>
public static class ReportFile
{
    internal static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter<RequirementLevel>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false),
            new JsonStringEnumConverter<StepKind>(namingPolicy: null, allowIntegerValues: false),
            new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
        },
    };

    /// <summary>The members of <c>totals</c>, in order.</summary>
    internal static IReadOnlyList<(string Name, Verdict Verdict)> Totals { get; } =
    [
        ("pass", Verdict.Pass), ("fail", Verdict.Fail), ("warn", Verdict.Warn), ("inconclusive", Verdict.Inconclusive),
        ("notApplicable", Verdict.NotApplicable), ("notRun", Verdict.NotRun),
    ];

    public static void Write(RunReport report, Stream output) => JsonSerializer.Serialize(output, DocumentConversion.ToDocument(report), Json);

    /// <exception cref="CommandException">The file is not a report of verify; exit 2.</exception>
    public static ReportDocument Read(string path) => Guard(path, () =>
    {
        var content = File.ReadAllBytes(path);
        if (SchemaCatalog.Load(Suite.BuiltIn).Validate("report", content) is [var first, ..])
            throw new CommandException(ExitCode.Usage, $"{path} is not a report of verify: {first}.");
        var document = JsonSerializer.Deserialize<ReportDocument>(content, Json)!;
        var ids = document.Requirements.Select(requirement => requirement.Id).Concat(document.Scenarios.Select(scenario => scenario.Id));
        return ids.CountBy(id => id).FirstOrDefault(count => count.Value > 1) is { Key: { } doubled }
            ? throw new JsonException($"{doubled} is in it twice.")
            : document;
    });

    /// <summary>Reads something of a report; what cannot be read is the user's to know, and not a fault of this program.</summary>
    internal static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException or OverflowException)
        {
            throw new CommandException(ExitCode.Usage, $"{path} cannot be read as a report of verify: {exception.Message}");
        }
    }
}
