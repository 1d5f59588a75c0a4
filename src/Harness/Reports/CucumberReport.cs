using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Verdicts;
using static CoralMux.Harness.Reports.CucumberDocument;

namespace CoralMux.Harness.Reports;

/// <summary>
/// <c>cucumber.ndjson</c>: the run as Cucumber messages, for Cucumber's own viewers. Each scenario as it ran, backgrounds
/// and outlines filled in. Nothing but a pass is PASSED: inconclusive and not-run are PENDING, not-applicable is SKIPPED, and so is a warning
/// (FAILED where the run is strict). A known failure is FAILED; the last message says whether the run passed all the same.
/// </summary>
public static class CucumberReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Write(RunReport report, Stream output)
    {
        using var lines = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var message in Messages(report))
            lines.WriteLine(JsonSerializer.Serialize(message, Json));
    }

    private static IEnumerable<object> Messages(RunReport report)
    {
        yield return new { meta = Meta(report) };
        foreach (var feature in report.Results.GroupBy(result => result.Scenario.File))
        {
            var document = new CucumberDocument([.. feature.Select(result => result.Scenario)]);
            yield return new { source = document.Source };
            yield return new { gherkinDocument = document.Document };
            foreach (var result in feature)
                yield return new { pickle = Pickle(result.Scenario) };
        }

        yield return new { testRunStarted = new { timestamp = Timestamp(report.StartedAt) } };
        foreach (var result in report.Results)
            yield return new { testCase = TestCase(result.Scenario) };
        foreach (var message in report.Results.SelectMany(result => Run(report, result)))
            yield return message;
        var success = report.Judgement.ExitCode == ExitCode.Conformant;
        var end = Timestamp(report.StartedAt + report.Duration);
        yield return new { testRunFinished = new { success, timestamp = end, message = Visible.Line(Headline.Of(report)) } };
    }

    private static object Meta(RunReport report) => new
    {
        protocolVersion = "27.0.0",
        implementation = new { name = "coralmux-conformance", version = report.SuiteVersion },
        runtime = new { name = ".NET", version = Environment.Version.ToString() },
        os = new { name = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux" },
        cpu = new { name = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant() },
    };

    private static object Pickle(Scenario scenario) => new
    {
        id = Id(scenario, "pickle"), uri = Uri(scenario), name = scenario.Name, language = "en",
        steps = scenario.Steps.Select((step, i) => new
        {
            id = Id(scenario, $"pickle{i}"), text = step.Text,
            type = step.Kind switch { StepKind.Given => "Context", StepKind.When => "Action", _ => "Outcome" },
            astNodeIds = new[] { Id(scenario, $"step{i}") },
            argument = Argument(step),
        }),
        tags = scenario.Tags.Select((tag, i) => new { name = tag, astNodeId = Id(scenario, $"tag{i}") }),
        astNodeIds = new[] { Id(scenario, "scenario") },
    };

    private static object? Argument(ScenarioStep step) => step switch
    {
        { Table: { } table } => new { dataTable = new { rows = table.Select(row => new { cells = row.Select(cell => new { value = cell }) }) } },
        { DocString: { } text } => new { docString = new { content = text } },
        _ => null,
    };

    private static object TestCase(Scenario scenario) => new
    {
        id = Id(scenario, "case"), pickleId = Id(scenario, "pickle"),
        testSteps = scenario.Steps.Select((_, i) => new
        {
            id = Id(scenario, $"test{i}"), pickleStepId = Id(scenario, $"pickle{i}"), stepDefinitionIds = Array.Empty<string>(),
        }),
    };

    private static IEnumerable<object> Run(RunReport report, ScenarioResult result)
    {
        var scenario = result.Scenario;
        var (start, end) = (Timestamp(report.StartedAt), Timestamp(report.StartedAt + result.Duration));
        var testCaseStartedId = Id(scenario, "run");
        yield return new { testCaseStarted = new { id = testCaseStartedId, testCaseId = Id(scenario, "case"), attempt = 0, timestamp = start } };
        foreach (var (index, _) in scenario.Steps.Index())
        {
            var testStepId = Id(scenario, $"test{index}");
            yield return new { testStepStarted = new { testCaseStartedId, testStepId, timestamp = start } };
            // What explains the verdict, and the time, are at the step at which the scenario ended.
            var isLast = index == Math.Min(result.StepIndex, scenario.Steps.Count - 1);
            if (isLast && PlainReport.Explain(result) is { Length: > 0 } body)
                yield return new { attachment = new { testCaseStartedId, testStepId, body, contentEncoding = "IDENTITY", mediaType = "text/plain" } };
            var status = StatusOf(result, index, report.Options.Strict);
            var testStepResult = new
            {
                status,
                duration = Duration(isLast ? result.Duration : TimeSpan.Zero),
                message = status is "FAILED" or "PENDING" && result.Message is { } message ? Visible.Text(message) : null,
            };
            yield return new { testStepFinished = new { testCaseStartedId, testStepId, testStepResult, timestamp = isLast ? end : start } };
        }

        yield return new { testCaseFinished = new { testCaseStartedId, timestamp = end, willBeRetried = false } };
    }

    private static string StatusOf(ScenarioResult result, int index, bool isStrict) => result switch
    {
        { Verdict: Verdict.NotApplicable } => "SKIPPED",
        { Verdict: Verdict.Pass } => "PASSED",
        { Step: null } => "PENDING",
        _ when index < result.StepIndex => "PASSED",
        _ when index > result.StepIndex => "SKIPPED",
        { Verdict: Verdict.Fail } => "FAILED",
        { Verdict: Verdict.Warn } => isStrict ? "FAILED" : "SKIPPED",
        _ => "PENDING",
    };

    private static object Timestamp(DateTimeOffset at) =>
        new { seconds = at.ToUnixTimeSeconds(), nanos = at.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };

    private static object Duration(TimeSpan time) =>
        new { seconds = time.Ticks / TimeSpan.TicksPerSecond, nanos = time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };
}
