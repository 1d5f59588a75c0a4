using System.Globalization;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;
using Spectre.Console;

namespace CoralMux.Harness.Commands;

/// <summary>The output of <c>spec check</c>: the problems, and how many requirements are covered.</summary>
internal static class SpecCheckReport
{
    private static readonly RequirementLevel[] Levels = Enum.GetValues<RequirementLevel>();

    public static async Task WriteTextAsync(SpecSources sources, IReadOnlyList<SpecProblem> problems, TextWriter output)
    {
        foreach (var problem in problems)
            await output.WriteLineAsync(problem.ToString());
        if (problems.Count > 0)
            await output.WriteLineAsync();

        var cells = SpecCoverage.Count(sources);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (console.Profile.Out.IsTerminal)
            console.Write(CoverageTable(cells, TableBorder.Rounded));
        else
            await output.WriteLineAsync(Plain(CoverageTable(cells, TableBorder.Markdown)));

        await output.WriteLineAsync("Requirements as covered by a scenario / untestable / pending.");
        var noun = problems.Count == 1 ? "problem" : "problems";
        await output.WriteLineAsync($"{cells.Sum(cell => cell.Total)} requirements, {sources.Scenarios.Count} scenarios, {problems.Count} {noun}.");
    }

    public static object ToJson(SpecSources sources, IReadOnlyList<SpecProblem> problems) => new
    {
        Requirements = sources.Register.All.DistinctBy(requirement => requirement.Id).Count(),
        Scenarios = sources.Scenarios.Count,
        Problems = problems,
        Coverage = SpecCoverage.Count(sources).Select(cell => new
        {
            cell.Chapter,
            Level = cell.Level.ToString().ToUpperInvariant(),
            cell.Total,
            cell.Covered,
            cell.Untestable,
            cell.Pending,
            cell.Unaccounted,
        }),
    };

    private static Table CoverageTable(IReadOnlyList<CoverageCell> cells, TableBorder border)
    {
        var table = new Table { Border = border };
        table.AddColumn("chapter");
        foreach (var level in Levels)
            table.AddColumn(level.ToString().ToUpperInvariant(), column => column.RightAligned());
        foreach (var chapter in cells.GroupBy(cell => cell.Chapter))
            table.AddRow([Markup.Escape(chapter.Key), .. Levels.Select(level => Cell(chapter.Where(cell => cell.Level == level)))]);
        table.AddRow(["all", .. Levels.Select(level => Cell(cells.Where(cell => cell.Level == level)))]);
        return table;
    }

    private static string Plain(Table table)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = 160;
        console.Write(table);
        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0));
    }

    private static string Cell(IEnumerable<CoverageCell> cells)
    {
        var all = cells.ToList();
        return string.Create(
            CultureInfo.InvariantCulture, $"{all.Sum(cell => cell.Covered),3} /{all.Sum(cell => cell.Untestable),3} /{all.Sum(cell => cell.Pending),3}");
    }
}
