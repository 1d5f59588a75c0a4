using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Commands;

/// <summary>What a stored report says about one requirement.</summary>
internal sealed class RunExcerpt
{
    private readonly string _directory;
    private readonly string _id;
    private readonly ReportDocument _report;

    private RunExcerpt(string path, string id)
    {
        _directory = Path.GetDirectoryName(path)!;
        _id = id;
        _report = ReportFile.Read(path);
    }

    /// <exception cref="CommandException">The file is not a report of verify; exit 2.</exception>
    public static RunExcerpt Read(string path, string id) => new(path, id);

    public async Task WriteAsync(TextWriter output)
    {
        var requirement = _report.Requirements.FirstOrDefault(requirement => requirement.Id == _id);
        var verdict = requirement is null ? $"{_id} was not part of it" : requirement.Verdict.Spelling();
        var reason = requirement?.Reason is { } text ? $", {text}" : "";
        var startedAt = _report.StartedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
        await output.WriteLineAsync();
        await output.WriteLineAsync($"In the run of {startedAt} against {_report.Target.Url}: {verdict}{reason}");
        foreach (var scenario in _report.Scenarios.Where(scenario => scenario.Requirements.Contains(_id)))
        {
            await output.WriteLineAsync($"  {scenario.Verdict.Spelling(),-14} {scenario.Id}");
            await WriteFieldAsync("message", scenario.Message, output);
            await WriteFieldAsync("expected", scenario.Expected, output);
            await WriteFieldAsync("actual", scenario.Actual, output);
            await WriteFieldAsync("transcript", scenario.Transcript is { } file ? Path.Combine(_directory, file) : null, output);
        }
    }

    private static async Task WriteFieldAsync(string name, string? value, TextWriter output)
    {
        if (value is not null)
            await output.WriteLineAsync($"    {name + ":",-11} {value.ReplaceLineEndings("\n" + new string(' ', 16))}");
    }
}
