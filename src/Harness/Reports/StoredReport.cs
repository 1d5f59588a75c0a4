using System.Globalization;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports;

/// <summary>
/// A <c>report.json</c> read again. What follows from its scenarios is judged anew; what the file claims stands beside
/// it, for <see cref="Recheck"/> to compare.
/// </summary>
/// <param name="Report">With the judgement as it follows from the scenarios.</param>
/// <param name="Claims">What the file says.</param>
/// <param name="Transcripts">Transcript file of each scenario by the scenario's id, as recorded.</param>
public sealed record StoredReport(string Path, RunReport Report, ClaimedJudgement Claims, IReadOnlyDictionary<string, StoredTranscript> Transcripts)
{
    /// <exception cref="CommandException">It is no report of verify; exit 2.</exception>
    public static StoredReport Read(string path)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            if (SchemaCatalog.Load(Suite.BuiltIn).Validate("report", content) is [var first, ..])
                throw new CommandException(ExitCode.Usage, $"{path} is no report of verify: {first}.");
            using var document = JsonDocument.Parse(content);
            return Read(path, document.RootElement);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new CommandException(ExitCode.Usage, $"{path} cannot be read as a report of verify: {exception.Message}");
        }
    }

    private static StoredReport Read(string path, JsonElement root)
    {
        var suite = root.GetProperty("suite");
        var target = root.GetProperty("target");
        var requirements = root.GetProperty("requirements").EnumerateArray().ToList();
        var scenarios = root.GetProperty("scenarios").EnumerateArray().ToList();
        var transcripts = scenarios.Where(scenario => scenario.TryGetProperty("transcript", out _))
            .ToDictionary(scenario => scenario.GetProperty("id").GetString()!, scenario => StoredTranscript.Read(path, scenario));
        IReadOnlyList<ScenarioResult> results = [.. scenarios.Select(scenario => ReadScenario(scenario, transcripts))];

        var options = new RunOptions(Strings(root, "arguments"), Flag(root, "strict"), Flag(root, "interrupted"));
        var description = new TargetDescription
        {
            Url = target.GetProperty("url").GetString(),
            Name = JsonReport.Optional(target, "name"),
            Version = JsonReport.Optional(target, "version"),
            Features = Strings(target, "features"),
        };
        var startedAt = root.GetProperty("startedAt").GetDateTimeOffset();
        var known = root.TryGetProperty("knownFailures", out var entries) ? entries.EnumerateArray().ToList() : [];
        var judgement = Judgement.Over(
            new RequirementRegister([.. requirements.Select(ReadRequirement)]),
            results,
            requirements.Where(requirement => Flag(requirement, "excluded")).ToDictionary(requirement => requirement.GetProperty("id").GetString()!, requirement => JsonReport.Optional(requirement, "reason") ?? ""),
            feature => description.Features.Contains(feature, StringComparer.Ordinal),
            options.Strict,
            options.Interrupted,
            [.. known.Select(ReadKnownFailure)],
            DateOnly.FromDateTime(startedAt.UtcDateTime));
        var report = new RunReport(
            suite.GetProperty("hash").GetString()!, root.GetProperty("seed").GetInt64(), description, startedAt, Milliseconds(root), judgement, results)
        {
            SuiteVersion = suite.GetProperty("version").GetString()!,
            Options = options,
        };
        return new StoredReport(path, report, ClaimedJudgement.Read(root), transcripts);
    }

    private static ScenarioResult ReadScenario(JsonElement element, Dictionary<string, StoredTranscript> transcripts)
    {
        var file = element.GetProperty("feature").GetString()!;
        var id = element.GetProperty("id").GetString()!;
        IReadOnlyList<ScenarioStep> steps = element.TryGetProperty("steps", out var stored) ? [.. stored.EnumerateArray().Select(ReadStep)] : [];
        var scenario = new Scenario(
            id,
            element.GetProperty("name").GetString()!,
            JsonReport.Optional(element, "featureName") ?? file,
            file,
            element.TryGetProperty("line", out var line) ? line.GetInt32() : 0,
            Strings(element, "tags"),
            steps);
        var step = element.TryGetProperty("stepIndex", out var index) && index.GetInt32() is >= 0 and var at && at < steps.Count ? steps[at] : null;
        IReadOnlyList<Violation> violations = element.TryGetProperty("violations", out var noticed)
            ? [.. noticed.EnumerateArray().Select(one => new Violation(Text(one, "connection"), Text(one, "requirement"), ReadFinding(one)))]
            : [];
        return new ScenarioResult(
            scenario,
            ReadVerdict(element),
            Milliseconds(element),
            JsonReport.Optional(element, "message"),
            element.TryGetProperty("expected", out _) ? ReadFinding(element) : null,
            step,
            violations,
            transcripts.GetValueOrDefault(id)?.Entries ?? [])
        {
            About = Strings(element, "about"),
            Cast = element.TryGetProperty("cast", out var cast) ? [.. cast.EnumerateArray().Select(ReadParty)] : [],
            IsHarnessFault = Flag(element, "harnessFault"),
        };
    }

    private static Finding ReadFinding(JsonElement element)
    {
        var observed = element.TryGetProperty("observed", out var all) ? all.EnumerateArray().Select(one => new RecordedObservation(
            Text(one, "kind"), one.TryGetProperty("entry", out var entry) ? entry.GetInt32() : null, JsonReport.Optional(one, "missedBy"))) : [];
        return new Finding(Text(element, "expected"), Sentence.Recorded(JsonReport.Optional(element, "actual") ?? "", observed));
    }

    private static Party ReadParty(JsonElement party) => new(Text(party, "name"), Enum.Parse<Side>(Text(party, "side"), ignoreCase: true), Flag(party, "control"));

    private static ScenarioStep ReadStep(JsonElement step) => new(
        Enum.Parse<StepKind>(Text(step, "kind")),
        Text(step, "keyword"),
        Text(step, "text"),
        step.TryGetProperty("table", out var table) ? [.. table.EnumerateArray().Select(row => (IReadOnlyList<string>)[.. row.EnumerateArray().Select(cell => cell.GetString()!)])] : null,
        JsonReport.Optional(step, "docString"),
        step.GetProperty("line").GetInt32());

    private static Requirement ReadRequirement(JsonElement element) => new(
        Text(element, "id"),
        Enum.Parse<RequirementLevel>(Text(element, "level"), ignoreCase: true),
        Text(element, "chapter"),
        JsonReport.Optional(element, "statement") ?? "",
        JsonReport.Optional(element, "feature"),
        JsonReport.Optional(element, "file") ?? "",
        element.TryGetProperty("line", out var line) ? line.GetInt32() : 0);

    private static KnownFailure ReadKnownFailure(JsonElement entry) => new(
        Text(entry, "requirement"),
        JsonReport.Optional(entry, "scenario"),
        Text(entry, "reason"),
        Text(entry, "link"),
        JsonReport.Optional(entry, "until") is { } until ? DateOnly.ParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null);

    internal static Verdict ReadVerdict(JsonElement element)
    {
        var spelling = Text(element, "verdict");
        return Enum.GetValues<Verdict>().First(verdict => verdict.Spelling() == spelling);
    }

    internal static IReadOnlyList<string> Strings(JsonElement element, string name) =>
        element.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(value => value.GetString()!)] : [];

    private static TimeSpan Milliseconds(JsonElement element) => TimeSpan.FromMilliseconds(element.GetProperty("durationMs").GetDouble());

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.GetBoolean();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
