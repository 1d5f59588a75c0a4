using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CoralMux.Harness.Spec;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports;

/// <summary><c>report.json</c> by <c>schemas/report.schema.json</c>, and a transcript file for each scenario. Holds no admin key.</summary>
public static class JsonReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(RunReport report, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteStartObject("suite");
        json.WriteString("version", Suite.Version);
        json.WriteString("hash", report.SuiteHash);
        json.WriteEndObject();
        json.WriteNumber("seed", report.Seed);
        json.WriteStartObject("target");
        json.WriteString("url", report.Target.Url);
        WriteOptional(json, "name", report.Target.Name);
        WriteOptional(json, "version", report.Target.Version);
        WriteStrings(json, "features", report.Target.Features);
        json.WriteEndObject();
        json.WriteString("startedAt", report.StartedAt.UtcDateTime);
        json.WriteNumber("durationMs", Milliseconds(report.Duration));
        json.WriteBoolean("conformant", report.Judgement.Conformant);
        json.WriteNumber("exitCode", (int)report.Judgement.ExitCode);
        json.WriteStartObject("totals");
        json.WriteNumber("pass", report.Count(Verdict.Pass));
        json.WriteNumber("fail", report.Count(Verdict.Fail));
        json.WriteNumber("warn", report.Count(Verdict.Warn));
        json.WriteNumber("inconclusive", report.Count(Verdict.Inconclusive));
        json.WriteNumber("notApplicable", report.Count(Verdict.NotApplicable));
        json.WriteNumber("notRun", report.Count(Verdict.NotRun));
        json.WriteEndObject();

        json.WriteStartArray("requirements");
        foreach (var result in report.Judgement.Requirements)
        {
            json.WriteStartObject();
            json.WriteString("id", result.Requirement.Id);
            json.WriteString("level", result.Requirement.LevelWord);
            json.WriteString("chapter", result.Requirement.Chapter);
            json.WriteString("verdict", result.Verdict.Spelling());
            WriteOptional(json, "reason", result.Reason);
            WriteStrings(json, "scenarios", result.Scenarios);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("scenarios");
        foreach (var result in report.Results)
            WriteScenario(json, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The file that holds a scenario's transcript, relative to the report.</summary>
    public static string TranscriptFile(Gherkin.Scenario scenario) => $"transcripts/{scenario.Id.Replace('/', '.')}.json";

    /// <summary>Everything seen on the wire, in order. Text where it is UTF-8, else base64.</summary>
    public static void WriteTranscript(IReadOnlyList<TranscriptEntry> transcript, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartArray();
        foreach (var entry in transcript)
        {
            json.WriteStartObject();
            json.WriteNumber("atMs", Milliseconds(entry.At));
            json.WriteString("connection", entry.Connection);
            json.WriteString("direction", entry.Direction.ToString().ToLowerInvariant());
            json.WriteString("kind", entry.Kind);
            json.WriteNumber("length", entry.Length);
            if (TryText(entry.Bytes.Span) is { } text)
                WriteOptional(json, "text", text.Length > 0 ? text : null);
            else
                json.WriteBase64String("base64", entry.Bytes.Span);
            WriteOptional(json, "sha256", entry.Sha256);
            WriteOptional(json, "note", entry.Note);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteScenario(Utf8JsonWriter json, ScenarioResult result)
    {
        var scenario = result.Scenario;
        json.WriteStartObject();
        json.WriteString("id", scenario.Id);
        json.WriteString("name", scenario.Name);
        json.WriteString("feature", scenario.File);
        json.WriteNumber("line", scenario.Line);
        WriteStrings(json, "tags", scenario.Tags);
        WriteStrings(json, "requirements", scenario.Requirements);
        json.WriteString("verdict", result.Verdict.Spelling());
        json.WriteNumber("durationMs", Milliseconds(result.Duration));
        WriteOptional(json, "message", result.Message);
        WriteOptional(json, "expected", result.Expected);
        WriteOptional(json, "actual", result.Actual);
        WriteOptional(json, "step", result.Step is { } step ? $"{scenario.File}:{step.Line}: {step.Keyword} {step.Text}" : null);
        if (result.Violations.Count > 0)
        {
            json.WriteStartArray("violations");
            foreach (var violation in result.Violations)
            {
                json.WriteStartObject();
                json.WriteString("requirement", violation.Requirement);
                json.WriteString("connection", violation.Connection);
                json.WriteString("expected", violation.Expected);
                json.WriteString("actual", violation.Actual);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (result.Transcript.Count > 0)
            json.WriteString("transcript", TranscriptFile(scenario));
        json.WriteEndObject();
    }

    private static string? TryText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
