using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Proof;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Commands;

/// <summary><c>explain ID</c>: the clause, its scenarios as Gherkin, and what happened to it in a run.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "A requirement's id, such as PAIR-07." };
        var report = new Option<FileInfo>("--report") { Description = "A report.json of verify: also shows what happened in that run.", HelpName = "REPORT" };
        var suite = SuiteOption.Create("the suite that this program was built with");
        var profile = ProfileOption.Create();
        var command = new Command("explain", "Explains a requirement: the clause, its scenarios, and what happened in a run.\n\n" +
            "Example: coralmux-conformance explain PAIR-07 --report out/report.json")
        {
            id, report, suite, profile,
        };
        command.SetAction((parsed, _) => RunAsync(
            SuiteOption.Given(parsed.GetValue(suite), parsed.GetValue(profile)) ?? ProfileOption.Select(Suite.BuiltIn, parsed.GetValue(profile)),
            parsed.GetValue(id)!,
            parsed.GetValue(report),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static async Task<int> RunAsync(Suite suite, string id, FileInfo? report, TextWriter output)
    {
        var sources = SpecSources.Load(suite);
        var requirement = sources.Register.Find(id) ?? throw new CommandException(ExitCode.Usage, UnknownId.Sentence(id, sources.Register));
        var run = report is null ? null : ReportFile.Read(report.FullName);

        await output.WriteLineAsync($"{requirement.Id}  {requirement.LevelWord}{(requirement.Feature is null ? "" : $"  feature: {requirement.Feature}")}");
        await output.WriteLineAsync($"{requirement.Chapter}, spec/{requirement.File}:{requirement.Line}");
        await output.WriteLineAsync();
        await output.WriteLineAsync($"  {requirement.Statement}");

        await WriteNeighboursAsync("Mentions", requirement.Mentions.Select(sources.Register.Find).OfType<Requirement>(), output);
        await WriteNeighboursAsync("Mentioned by", sources.Register.All.Where(other => other.Mentions.Contains(id)), output);
        await WriteScenariosAsync(sources, requirement, output);
        await WriteMutantsAsync(KillMatrixFile.Of(suite).Of(id), output);
        if (run is not null)
            await RunExcerpt.WriteAsync(run, report!.DirectoryName!, id, output);
        return (int)ExitCode.Conformant;
    }

    private static async Task WriteNeighboursAsync(string title, IEnumerable<Requirement> neighbours, TextWriter output)
    {
        var separator = $"\n{title}\n";
        foreach (var neighbour in neighbours)
        {
            await output.WriteLineAsync($"{separator}  {neighbour.Id,-8} {neighbour.LevelWord,-6} {neighbour.Statement}");
            separator = "";
        }
    }

    private static async Task WriteMutantsAsync(IEnumerable<KnownMutant> mutants, TextWriter output)
    {
        var separator = "\nRelays with this fault, and the scenario that catches them\n";
        foreach (var mutant in mutants)
        {
            await output.WriteLineAsync($"{separator}  {mutant.Id}: {mutant.Does}");
            await output.WriteLineAsync($"    {mutant.Fate} by {mutant.Scenario}");
            separator = "";
        }
    }

    private static async Task WriteScenariosAsync(SpecSources sources, Requirement requirement, TextWriter output)
    {
        foreach (var scenario in sources.ScenariosOf(requirement.Id))
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync($"{scenario.Id}, features/{scenario.File}:{scenario.Line}");
            await output.WriteLineAsync($"  {string.Join(' ', scenario.Tags)}");
            foreach (var line in GherkinText.Lines(scenario))
                await output.WriteLineAsync($"  {line}");
        }

        if (sources.StandingOf(requirement.Id) is var standing and not Standing.Covered)
        {
            await output.WriteLineAsync();
            var reason = sources.ReasonOf(requirement.Id) is { } given ? ", " + given : "";
            await output.WriteLineAsync($"No scenario shows it: {standing.ToString().ToLowerInvariant()}{reason}.");
        }
    }
}
