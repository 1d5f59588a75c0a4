using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;
using Gherkin;
using Gherkin.Ast;
using Gherkin.Pickles;

namespace CoralMux.Harness.Gherkin;

/// <summary>Reads feature files with the official Gherkin parser and compiles them to runnable scenarios.</summary>
public static partial class FeatureCatalog
{
    /// <summary>The scenarios of a profile, their files named by the path below <c>features/</c>.</summary>
    /// <exception cref="FeatureFileException">No feature file, a syntax error, or two scenarios with the same id.</exception>
    public static IReadOnlyList<Scenario> Load(Suite suite) => Load(suite.Features, suite.Profile + "/");

    /// <summary>All scenarios of all <c>*.feature</c> files below a directory, in file order.</summary>
    /// <param name="folder">What the files' names begin with, and the scenarios' ids do not: empty, or a folder with its slash.</param>
    /// <exception cref="FeatureFileException">No feature file, a syntax error, or two scenarios with the same id.</exception>
    public static IReadOnlyList<Scenario> Load(string directory, string folder = "")
    {
        var files = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*.feature", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList()
            : [];
        if (files.Count == 0)
            throw new FeatureFileException($"There is no .feature file in {directory}.");

        var scenarios = files
            .SelectMany(file => Parse(folder + Path.GetRelativePath(directory, file).Replace('\\', '/'), File.ReadAllText(file), folder))
            .ToList();
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
    public static IReadOnlyList<Scenario> Parse(string file, string text, string folder = "")
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
        return [.. new Compiler().Compile(document).Select(pickle => ToScenario(file, file[folder.Length..], feature.Name, pickle, keywords))];
    }

    private static Scenario ToScenario(string file, string nameInIds, string feature, Pickle pickle, Dictionary<int, string> keywords)
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

        var id = $"{Path.ChangeExtension(nameInIds, null)}/{Slug().Replace(pickle.Name.ToLowerInvariant(), "-").Trim('-')}";
        return new Scenario(id, pickle.Name, feature, file, pickle.Locations.Last().Line, [.. pickle.Tags.Select(tag => tag.Name)], steps);
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Slug();
}
