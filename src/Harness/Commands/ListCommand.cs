using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Commands;

/// <summary><c>list</c>: requirements and their scenarios, with level, chapter and tags.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var tags = TagsOption.Create();
        var suite = SuiteOption.Create("the suite that this program was built with");
        var profile = ProfileOption.Create();
        var output = OutputOption.Create();
        var command = new Command("list", "Lists requirements and scenarios, with level, chapter and tags.\n\n" +
            "Example: coralmux-conformance list --tags '@MUST and not @slow'")
        {
            tags, suite, profile, output,
        };
        command.SetAction((parsed, _) => RunAsync(
            SuiteOption.Given(parsed.GetValue(suite), parsed.GetValue(profile)) ?? ProfileOption.Select(Suite.BuiltIn, parsed.GetValue(profile)),
            parsed.GetValue(tags),
            parsed.GetValue(output) == "json",
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static async Task<int> RunAsync(Suite suite, string? tags, bool json, TextWriter output)
    {
        var sources = SpecSources.Load(suite);
        var expression = TagsOption.Parse(tags, sources.Scenarios.SelectMany(scenario => scenario.Tags).Concat(sources.Register.All.SelectMany(TagsOf)));
        var scenarios = sources.Scenarios.Where(scenario => expression.Matches(scenario.Tags)).ToList();
        // The scenarios of a requirement decide whether it is listed; its own id and level decide only if it has no scenario.
        var requirements = sources.Register.All.DistinctBy(requirement => requirement.Id)
            .Where(requirement => sources.ScenariosOf(requirement.Id).Any()
                ? scenarios.Any(scenario => scenario.Requirements.Contains(requirement.Id))
                : expression.Matches(TagsOf(requirement)))
            .ToList();
        if (json)
            await output.WriteJsonAsync(ToJson(sources, requirements, scenarios));
        else
            await WriteTextAsync(sources, requirements, scenarios, output);
        return (int)ExitCode.Conformant;
    }

    private static string[] TagsOf(Requirement requirement) => ["@" + requirement.Id, "@" + requirement.LevelWord];

    private static async Task WriteTextAsync(SpecSources sources, List<Requirement> requirements, List<Scenario> scenarios, TextWriter output)
    {
        foreach (var chapter in requirements.GroupBy(requirement => requirement.Chapter))
        {
            await output.WriteLineAsync(chapter.Key);
            foreach (var requirement in chapter)
            {
                var feature = requirement.Feature is null ? "" : $" [{requirement.Feature}]";
                await output.WriteLineAsync($"  {requirement.Id,-8} {requirement.LevelWord,-6}{feature} {requirement.Statement}");
                foreach (var scenario in scenarios.Where(scenario => scenario.Requirements.Contains(requirement.Id)))
                    await output.WriteLineAsync($"    {scenario.Id}  {string.Join(' ', scenario.Tags)}");
                var standing = sources.StandingOf(requirement.Id);
                if (standing == Standing.Covered)
                    continue;
                var reason = sources.ReasonOf(requirement.Id) is { } given ? ": " + given : "";
                await output.WriteLineAsync($"    ({standing.ToString().ToLowerInvariant()}{reason})");
            }

            await output.WriteLineAsync();
        }

        await output.WriteLineAsync($"{requirements.Count} requirements, {scenarios.Count} scenarios.");
    }

    private static object ToJson(SpecSources sources, List<Requirement> requirements, List<Scenario> scenarios) => new
    {
        Requirements = requirements.Select(requirement => new
        {
            requirement.Id,
            Level = requirement.LevelWord,
            requirement.Chapter,
            requirement.Feature,
            requirement.Statement,
            File = $"spec/{requirement.File}",
            requirement.Line,
            Standing = sources.StandingOf(requirement.Id).ToString().ToLowerInvariant(),
            Reason = sources.ReasonOf(requirement.Id),
            Scenarios = sources.ScenariosOf(requirement.Id).Select(scenario => scenario.Id),
        }),
        Scenarios = scenarios.Select(scenario => new
        {
            scenario.Id,
            scenario.Name,
            scenario.Feature,
            File = $"features/{scenario.File}",
            scenario.Line,
            scenario.Tags,
            scenario.Requirements,
        }),
    };
}
