using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Reports;

/// <summary>A feature as Cucumber messages show it: its text, written from the scenarios as they ran, and the syntax tree of that text.</summary>
internal sealed class CucumberDocument
{
    private readonly List<string> _lines;

    /// <param name="scenarios">At least one; all of one feature file.</param>
    public CucumberDocument(IReadOnlyList<Scenario> scenarios)
    {
        var (uri, name) = (Uri(scenarios[0]), scenarios[0].Feature);
        _lines = [$"Feature: {name}"];
        var location = Location();
        var children = scenarios.Select(one => new { scenario = Node(one) }).ToList();
        Document = new
        {
            uri,
            feature = new { location, tags = NoNodes, language = "en", keyword = "Feature", name, description = "", children },
            comments = NoNodes,
        };
        Source = new { uri, data = string.Concat(_lines.Select(line => line + "\n")), mediaType = "text/x.cucumber.gherkin+plain" };
    }

    public object Source { get; }

    public object Document { get; }

    public static string Uri(Scenario scenario) => "features/" + scenario.File;

    /// <summary>An id that the same part of the same scenario has in every run.</summary>
    public static string Id(Scenario scenario, string part) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{scenario.Id}#{part}")).AsSpan(0, 16)).ToString("D", CultureInfo.InvariantCulture);

    private static object[] NoNodes => [];

    private object Node(Scenario scenario)
    {
        _lines.AddRange("", "  " + string.Join(' ', scenario.Tags));
        var tags = scenario.Tags.Select((tag, i) => new { location = Location(), name = tag, id = Id(scenario, $"tag{i}") }).ToList();
        _lines.Add($"  Scenario: {scenario.Name}");
        return new
        {
            id = Id(scenario, "scenario"), location = Location(), tags, keyword = "Scenario",
            name = scenario.Name, description = "", examples = NoNodes,
            steps = scenario.Steps.Select((step, i) => Node(scenario, step, $"step{i}")).ToList(),
        };
    }

    private object Node(Scenario scenario, ScenarioStep step, string part)
    {
        _lines.Add($"    {step.Keyword} {step.Text}");
        return new
        {
            id = Id(scenario, part), location = Location(), keyword = step.Keyword + " ",
            keywordType = step.Keyword switch
            {
                "Given" => "Context", "When" => "Action", "Then" => "Outcome", "And" or "But" => "Conjunction", _ => "Unknown",
            },
            text = step.Text,
            dataTable = step.Table is { } table ? DataTable(scenario, part, table) : null,
            docString = step is { Table: null, DocString: { } text } ? DocString(text) : null,
        };
    }

    private object DataTable(Scenario scenario, string part, IReadOnlyList<IReadOnlyList<string>> table)
    {
        var rows = new List<object>();
        foreach (var (i, row) in table.Index())
        {
            _lines.Add($"      | {string.Join(" | ", row)} |");
            var cells = row.Select(cell => new { location = Location(), value = cell }).ToList();
            rows.Add(new { id = Id(scenario, $"{part}row{i}"), location = Location(), cells });
        }

        return new { location = Location(1 - rows.Count), rows };
    }

    private object DocString(string text)
    {
        _lines.Add("      \"\"\"");
        var location = Location();
        _lines.AddRange(text.Split('\n').Append("\"\"\"").Select(line => "      " + line));
        return new { location, content = text, delimiter = "\"\"\"" };
    }

    /// <summary>Of the last line written so far.</summary>
    private object Location(int offset = 0) => new { line = _lines.Count + offset, column = 1 };
}
