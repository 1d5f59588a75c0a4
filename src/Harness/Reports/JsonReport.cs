using System.Text.Encodings.Web;
using System.Text.Json;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports;

/// <summary><c>report.json</c> by <c>schemas/report.schema.json</c>. Holds no admin key; <see cref="StoredReport"/> reads it again.</summary>
public static class JsonReport
{
    internal static JsonWriterOptions WriterOptions { get; } = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(RunReport report, Stream output)
    {
        using var json = new Utf8JsonWriter(output, WriterOptions);
        json.WriteStartObject();
        json.WriteStartObject("suite");
        json.WriteString("version", report.SuiteVersion);
        json.WriteString("hash", report.SuiteHash);
        json.WriteEndObject();
        json.WriteNumber("seed", report.Seed);
        json.WriteStartObject("target");
        json.WriteString("url", report.Target.Url);
        WriteOptional(json, "name", report.Target.Name);
        WriteOptional(json, "version", report.Target.Version);
        WriteStrings(json, "features", report.Target.Features);
        json.WriteEndObject();
        WriteStrings(json, "arguments", report.Options.Arguments);
        json.WriteBoolean("strict", report.Options.Strict);
        json.WriteBoolean("interrupted", report.Options.Interrupted);
        json.WriteString("startedAt", report.StartedAt.UtcDateTime);
        json.WriteNumber("durationMs", Milliseconds(report.Duration));
        json.WriteBoolean("conformant", report.Judgement.Conformant);
        json.WriteNumber("exitCode", (int)report.Judgement.ExitCode);
        json.WriteStartObject("totals");
        foreach (var (name, verdict) in Totals)
            json.WriteNumber(name, report.Count(verdict));
        json.WriteEndObject();
        WriteKnownFailures(json, report.Judgement.KnownFailures);

        json.WriteStartArray("requirements");
        foreach (var result in report.Judgement.Requirements)
            WriteRequirement(json, result);
        json.WriteEndArray();
        json.WriteStartArray("scenarios");
        foreach (var result in report.Results)
            WriteScenario(json, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The members of <c>totals</c>.</summary>
    internal static IReadOnlyList<(string Name, Verdict Verdict)> Totals { get; } =
    [
        ("pass", Verdict.Pass), ("fail", Verdict.Fail), ("warn", Verdict.Warn), ("inconclusive", Verdict.Inconclusive),
        ("notApplicable", Verdict.NotApplicable), ("notRun", Verdict.NotRun),
    ];

    internal static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    internal static string? Optional(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void WriteKnownFailures(Utf8JsonWriter json, IReadOnlyList<KnownFailureOutcome> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        json.WriteStartArray("knownFailures");
        foreach (var (entry, state) in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("requirement", entry.Requirement);
            WriteOptional(json, "scenario", entry.Scenario);
            json.WriteString("reason", entry.Reason);
            json.WriteString("link", entry.Link);
            WriteOptional(json, "until", entry.Until?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("state", state.Spelling());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRequirement(Utf8JsonWriter json, RequirementResult result)
    {
        json.WriteStartObject();
        json.WriteString("id", result.Requirement.Id);
        json.WriteString("level", result.Requirement.LevelWord);
        json.WriteString("chapter", result.Requirement.Chapter);
        json.WriteString("verdict", result.Verdict.Spelling());
        WriteOptional(json, "reason", result.Reason);
        if (result.IsExcluded)
            json.WriteBoolean("excluded", true);
        WriteStrings(json, "scenarios", result.Scenarios);
        json.WriteString("statement", result.Requirement.Statement);
        WriteOptional(json, "feature", result.Requirement.Feature);
        json.WriteString("file", result.Requirement.File);
        json.WriteNumber("line", result.Requirement.Line);
        json.WriteEndObject();
    }

    private static void WriteScenario(Utf8JsonWriter json, ScenarioResult result)
    {
        var scenario = result.Scenario;
        json.WriteStartObject();
        json.WriteString("id", scenario.Id);
        json.WriteString("name", scenario.Name);
        json.WriteString("feature", scenario.File);
        json.WriteString("featureName", scenario.Feature);
        json.WriteNumber("line", scenario.Line);
        WriteStrings(json, "tags", scenario.Tags);
        WriteStrings(json, "requirements", scenario.Requirements);
        json.WriteString("verdict", result.Verdict.Spelling());
        if (result.IsHarnessFault)
            json.WriteBoolean("harnessFault", true);
        json.WriteNumber("durationMs", Milliseconds(result.Duration));
        WriteOptional(json, "message", result.Message);
        WriteOptional(json, "expected", result.Expected);
        WriteOptional(json, "actual", result.Actual);
        if (result.Unmet is { } unmet)
            WriteObserved(json, unmet.Observed);
        if (result.About.Count > 0)
            WriteStrings(json, "about", result.About);
        if (result.Cast.Count > 0)
            WriteCast(json, result.Cast);
        if (result.Step is { } step)
        {
            json.WriteString("step", $"{scenario.File}:{step.Line}: {step.Keyword} {step.Text}");
            json.WriteNumber("stepIndex", result.StepIndex);
        }

        json.WriteStartArray("steps");
        foreach (var one in scenario.Steps)
            WriteStep(json, one);
        json.WriteEndArray();
        if (result.Violations.Count > 0)
            WriteViolations(json, result.Violations);
        if (result.Transcript.Count > 0)
        {
            json.WriteString("transcript", TranscriptFile.PathOf(scenario));
            json.WriteString("transcriptSha256", TranscriptFile.Hash(TranscriptFile.Write(result.Transcript)));
        }

        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, ScenarioStep step)
    {
        json.WriteStartObject();
        json.WriteString("kind", step.Kind.ToString());
        json.WriteString("keyword", step.Keyword);
        json.WriteString("text", step.Text);
        json.WriteNumber("line", step.Line);
        if (step.Table is { } table)
        {
            json.WriteStartArray("table");
            foreach (var row in table)
            {
                json.WriteStartArray();
                foreach (var cell in row)
                    json.WriteStringValue(cell);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        WriteOptional(json, "docString", step.DocString);
        json.WriteEndObject();
    }

    private static void WriteViolations(Utf8JsonWriter json, IReadOnlyList<Violation> violations)
    {
        json.WriteStartArray("violations");
        foreach (var violation in violations)
        {
            json.WriteStartObject();
            json.WriteString("requirement", violation.Requirement);
            json.WriteString("connection", violation.Connection);
            json.WriteString("expected", violation.Expected);
            json.WriteString("actual", violation.Actual);
            WriteObserved(json, violation.Finding.Observed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteObserved(Utf8JsonWriter json, IReadOnlyList<IObserved> observed)
    {
        if (observed.Count == 0)
            return;
        json.WriteStartArray("observed");
        foreach (var one in observed)
        {
            json.WriteStartObject();
            json.WriteString("kind", one.Kind);
            if (one.Entry is { } entry)
                json.WriteNumber("entry", entry);
            WriteOptional(json, "missedBy", one.MissedBy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCast(Utf8JsonWriter json, IReadOnlyList<Party> cast)
    {
        json.WriteStartArray("cast");
        foreach (var party in cast)
        {
            json.WriteStartObject();
            json.WriteString("name", party.Name);
            json.WriteString("side", party.Side.ToString().ToLowerInvariant());
            json.WriteBoolean("control", party.IsControl);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
}
