using System.Text.RegularExpressions;
using Gherkin;
using Gherkin.Ast;
using Gherkin.Pickles;

namespace CoralMux.Harness.Gherkin;

/// <summary>Reads feature files with the official Gherkin parser and compiles them to runnable scenarios.</summary>
public static partial class FeatureCatalog
{
    /// <summary>All scenarios of all <c>*.feature</c> files below a directory, in file order.</summary>
    /// <exception cref="FeatureFileException">No feature file, a syntax error, or two scenarios with the same id.</exception>
    public static IReadOnlyList<Scenario> Load(string directory)
    {
        var files = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*.feature", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList()
            : [];
        if (files.Count == 0)
            throw new FeatureFileException($"There is no .feature file in {directory}.");

        var scenarios = files.SelectMany(file => Parse(Path.GetRelativePath(directory, file).Replace('\\', '/'), File.ReadAllText(file))).ToList();
        foreach (var doubled in scenarios.GroupBy(scenario => scenario.Id).Where(group => group.Count() > 1))
        {
            var lines = string.Join(" and ", doubled.Select(scenario => $"{scenario.File}:{scenario.Line}"));
            throw new FeatureFileException(
                $"{lines}: two scenarios are called '{doubled.First().Name}'; give each its own name (an outline's name may contain <columns>).");
        }

        return scenarios;
    }

    /// <summary>The scenarios of one feature file.</summary>
    /// <exception cref="FeatureFileException">The text is not Gherkin.</exception>
    public static IReadOnlyList<Scenario> Parse(string file, string text)
    {
        GherkinDocument document;
        try
        {
            using var reader = new StringReader(text);
            document = new Parser().Parse(new TokenScanner(reader), new TokenMatcher());
        }
        catch (CompositeParserException exception)
        {
            var first = exception.Errors.First();
            throw new FeatureFileException($"{file}:{first.Location?.Line}: {first.Message}");
        }
        catch (ParserException exception)
        {
            throw new FeatureFileException($"{file}:{exception.Location?.Line}: {exception.Message}");
        }

        if (document.Feature is not { } feature)
            throw new FeatureFileException($"{file}:1: there is no Feature in this file.");

        var keywords = feature.Children.SelectMany(child => child.Steps).ToDictionary(step => step.Location.Line, step => step.Keyword.Trim());
        return [.. new Compiler().Compile(document).Select(pickle => ToScenario(file, feature.Name, pickle, keywords))];
    }

    private static Scenario ToScenario(string file, string feature, Pickle pickle, Dictionary<int, string> keywords)
    {
        var kind = StepKind.Given;
        var steps = new List<ScenarioStep>();
        foreach (var step in pickle.Steps)
        {
            // A step of an outline has two locations: the example row's, then its own.
            var line = step.Locations.Last().Line;
            var keyword = keywords[line];
            kind = keyword switch { "Given" => StepKind.Given, "When" => StepKind.When, "Then" => StepKind.Then, _ => kind };
            var table = step.Arguments.OfType<PickleTable>().FirstOrDefault();
            steps.Add(new ScenarioStep(
                kind,
                keyword,
                step.Text,
                table?.Rows.Select(row => (IReadOnlyList<string>)[.. row.Cells.Select(cell => cell.Value)]).ToList(),
                step.Arguments.OfType<PickleString>().FirstOrDefault()?.Content,
                line));
        }

        var id = $"{Path.ChangeExtension(file, null)}/{Slug().Replace(pickle.Name.ToLowerInvariant(), "-").Trim('-')}";
        return new Scenario(id, pickle.Name, feature, file, pickle.Locations.Last().Line, [.. pickle.Tags.Select(tag => tag.Name)], steps);
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Slug();
}
