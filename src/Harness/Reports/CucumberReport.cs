using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>
/// <c>cucumber.ndjson</c>: the run as Cucumber messages, for Cucumber's own viewers. Each scenario as it ran, backgrounds
/// and outlines filled in. Nothing but a pass is PASSED: inconclusive and not-run are PENDING, not-applicable is SKIPPED, and so is a warning
/// (FAILED where the run is strict). A known failure is FAILED: that the run may pass all the same is for its last message to say.
/// </summary>
public static class CucumberReport
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(RunReport report, Stream output)
    {
        using var lines = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        void Line(string name, JsonObject message) => lines.WriteLine(new JsonObject { [name] = message }.ToJsonString(Json));

        var start = report.StartedAt;
        Line("meta", Meta(report));
        foreach (var feature in report.Results.GroupBy(result => result.Scenario.File))
        {
            var (source, document) = Document(feature.Key, [.. feature.Select(result => result.Scenario)]);
            Line("source", source);
            Line("gherkinDocument", document);
            foreach (var result in feature)
                Line("pickle", Pickle(result.Scenario));
        }

        Line("testRunStarted", new JsonObject { ["timestamp"] = Timestamp(start) });
        foreach (var result in report.Results)
            Line("testCase", TestCase(result.Scenario));
        foreach (var result in report.Results)
            WriteRun(result, start, report.Options.Strict, Line);
        Line("testRunFinished", new JsonObject { ["success"] = report.Judgement.ExitCode == 0, ["timestamp"] = Timestamp(start + report.Duration), ["message"] = Visible.Line(Headline.Of(report)) });
    }

    private static JsonObject Meta(RunReport report)
    {
        static JsonObject Product(string name, string version) => new() { ["name"] = name, ["version"] = version };
        return new JsonObject
        {
            ["protocolVersion"] = "27.0.0",
            ["implementation"] = Product("coralmux-conformance", report.SuiteVersion),
            ["runtime"] = Product(".NET", Environment.Version.ToString()),
            ["os"] = new JsonObject { ["name"] = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux" },
            ["cpu"] = new JsonObject { ["name"] = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant() },
        };
    }

    private static (JsonObject Source, JsonObject Document) Document(string file, IReadOnlyList<Scenario> scenarios)
    {
        var uri = "features/" + file;
        var text = new StringBuilder($"Feature: {scenarios[0].Feature}\n");
        var children = new JsonArray();
        var line = 1;
        foreach (var scenario in scenarios)
        {
            var (node, lines) = ScenarioNode(scenario, line);
            foreach (var one in lines)
                text.Append(one).Append('\n');
            line += lines.Count;
            children.Add(new JsonObject { ["scenario"] = node });
        }

        return (
            new JsonObject { ["uri"] = uri, ["data"] = text.ToString(), ["mediaType"] = "text/x.cucumber.gherkin+plain" },
            new JsonObject
            {
                ["uri"] = uri,
                ["feature"] = new JsonObject
                {
                    ["location"] = Location(1), ["tags"] = new JsonArray(), ["language"] = "en", ["keyword"] = "Feature", ["name"] = scenarios[0].Feature, ["description"] = "", ["children"] = children,
                },
                ["comments"] = new JsonArray(),
            });
    }

    private static (JsonObject Node, List<string> Lines) ScenarioNode(Scenario scenario, int before)
    {
        List<string> lines = ["", "  " + string.Join(' ', scenario.Tags), $"  Scenario: {scenario.Name}"];
        var tags = new JsonArray([.. scenario.Tags.Select((tag, i) => new JsonObject { ["location"] = Location(before + 2), ["name"] = tag, ["id"] = Id(scenario, $"tag{i}") })]);
        var node = new JsonObject
        {
            ["id"] = Id(scenario, "scenario"), ["location"] = Location(before + 3), ["tags"] = tags, ["keyword"] = "Scenario", ["name"] = scenario.Name, ["description"] = "", ["examples"] = new JsonArray(),
        };
        var steps = new JsonArray();
        foreach (var (index, step) in scenario.Steps.Index())
        {
            lines.Add($"    {step.Keyword} {step.Text}");
            var stepNode = new JsonObject
            {
                ["id"] = Id(scenario, $"step{index}"), ["location"] = Location(before + lines.Count), ["keyword"] = step.Keyword + " ", ["keywordType"] = KeywordType(step), ["text"] = step.Text,
            };
            if (step.Table is { } table)
            {
                stepNode["dataTable"] = new JsonObject
                {
                    ["location"] = Location(before + lines.Count + 1),
                    ["rows"] = new JsonArray([.. table.Select((row, i) => Row(scenario, $"step{index}row{i}", row, before + lines.Count + 1 + i))]),
                };
                lines.AddRange(table.Select(row => $"      | {string.Join(" | ", row)} |"));
            }
            else if (step.DocString is { } doc)
            {
                stepNode["docString"] = new JsonObject { ["location"] = Location(before + lines.Count + 1), ["content"] = doc, ["delimiter"] = "\"\"\"" };
                lines.AddRange(doc.Split('\n').Prepend("\"\"\"").Append("\"\"\"").Select(part => "      " + part));
            }

            steps.Add(stepNode);
        }

        node["steps"] = steps;
        return (node, lines);
    }

    private static JsonObject Row(Scenario scenario, string part, IReadOnlyList<string> cells, int line) => new()
    {
        ["id"] = Id(scenario, part),
        ["location"] = Location(line),
        ["cells"] = new JsonArray([.. cells.Select(cell => new JsonObject { ["location"] = Location(line), ["value"] = cell })]),
    };

    private static JsonObject Pickle(Scenario scenario) => new()
    {
        ["id"] = Id(scenario, "pickle"),
        ["uri"] = "features/" + scenario.File,
        ["name"] = scenario.Name,
        ["language"] = "en",
        ["steps"] = new JsonArray([.. scenario.Steps.Select((step, i) => PickleStep(scenario, step, i))]),
        ["tags"] = new JsonArray([.. scenario.Tags.Select((tag, i) => new JsonObject { ["name"] = tag, ["astNodeId"] = Id(scenario, $"tag{i}") })]),
        ["astNodeIds"] = new JsonArray(Id(scenario, "scenario")),
    };

    private static JsonObject PickleStep(Scenario scenario, ScenarioStep step, int index)
    {
        var pickle = new JsonObject
        {
            ["id"] = Id(scenario, $"pickle{index}"), ["text"] = step.Text, ["type"] = step.Kind switch { StepKind.Given => "Context", StepKind.When => "Action", _ => "Outcome" }, ["astNodeIds"] = new JsonArray(Id(scenario, $"step{index}")),
        };
        if (step.Table is { } table)
            pickle["argument"] = new JsonObject { ["dataTable"] = new JsonObject { ["rows"] = new JsonArray([.. table.Select(row => new JsonObject { ["cells"] = new JsonArray([.. row.Select(cell => new JsonObject { ["value"] = cell })]) })]) } };
        else if (step.DocString is { } doc)
            pickle["argument"] = new JsonObject { ["docString"] = new JsonObject { ["content"] = doc } };
        return pickle;
    }

    private static JsonObject TestCase(Scenario scenario) => new()
    {
        ["id"] = Id(scenario, "case"),
        ["pickleId"] = Id(scenario, "pickle"),
        ["testSteps"] = new JsonArray([.. scenario.Steps.Select((_, i) => new JsonObject { ["id"] = Id(scenario, $"test{i}"), ["pickleStepId"] = Id(scenario, $"pickle{i}"), ["stepDefinitionIds"] = new JsonArray() })]),
    };

    private static void WriteRun(ScenarioResult result, DateTimeOffset start, bool isStrict, Action<string, JsonObject> line)
    {
        var scenario = result.Scenario;
        var run = Id(scenario, "run");
        line("testCaseStarted", new JsonObject { ["id"] = run, ["testCaseId"] = Id(scenario, "case"), ["attempt"] = 0, ["timestamp"] = Timestamp(start) });
        foreach (var (index, _) in scenario.Steps.Index())
        {
            var stepId = Id(scenario, $"test{index}");
            var status = StatusOf(result, index, isStrict);
            line("testStepStarted", new JsonObject { ["testCaseStartedId"] = run, ["testStepId"] = stepId, ["timestamp"] = Timestamp(start) });
            var isTold = index == Math.Min(result.StepIndex, scenario.Steps.Count - 1);
            if (isTold && PlainReport.Explain(result) is { Length: > 0 } text)
                line("attachment", new JsonObject { ["testCaseStartedId"] = run, ["testStepId"] = stepId, ["body"] = text, ["contentEncoding"] = "IDENTITY", ["mediaType"] = "text/plain" });
            var outcome = new JsonObject { ["status"] = status, ["duration"] = Duration(isTold ? result.Duration : TimeSpan.Zero) };
            if (status is "FAILED" or "PENDING" && result.Message is { } message)
                outcome["message"] = Visible.Text(message);
            line("testStepFinished", new JsonObject { ["testCaseStartedId"] = run, ["testStepId"] = stepId, ["testStepResult"] = outcome, ["timestamp"] = Timestamp(start + (isTold ? result.Duration : TimeSpan.Zero)) });
        }

        line("testCaseFinished", new JsonObject { ["testCaseStartedId"] = run, ["timestamp"] = Timestamp(start + result.Duration), ["willBeRetried"] = false });
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

    private static string KeywordType(ScenarioStep step) => step.Keyword switch
    {
        "Given" => "Context", "When" => "Action", "Then" => "Outcome", "And" or "But" => "Conjunction", _ => "Unknown",
    };

    private static JsonObject Location(int line) => new() { ["line"] = line, ["column"] = 1 };

    private static JsonObject Timestamp(DateTimeOffset at) =>
        new() { ["seconds"] = at.ToUnixTimeSeconds(), ["nanos"] = at.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };

    private static JsonObject Duration(TimeSpan time) =>
        new() { ["seconds"] = time.Ticks / TimeSpan.TicksPerSecond, ["nanos"] = time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };

    // The same scenario has the same ids in every run.
    private static string Id(Scenario scenario, string part) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{scenario.Id}#{part}")).AsSpan(0, 16)).ToString("D", CultureInfo.InvariantCulture);
}
