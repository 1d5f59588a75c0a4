using System.Globalization;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Commands;

/// <summary>What a stored report says about one requirement.</summary>
internal static class RunExcerpt
{
    /// <param name="directory">Of the report.</param>
    public static async Task WriteAsync(ReportDocument report, string directory, string id, TextWriter output)
    {
        var requirement = report.Requirements.FirstOrDefault(requirement => requirement.Id == id);
        var verdict = requirement is null ? $"{id} was not part of it" : requirement.Verdict.Spelling();
        var reason = requirement?.Reason is { } text ? $", {text}" : "";
        var startedAt = report.StartedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"\nIn the run of {startedAt} against {report.Target.Url}: {verdict}{reason}");
        foreach (var scenario in report.Scenarios.Where(scenario => scenario.Requirements.Contains(id)))
        {
            await output.WriteLineAsync($"  {scenario.Verdict.Spelling(),-14} {scenario.Id}");
            await WriteFieldAsync("message", scenario.Message, output);
            await WriteFieldAsync("expected", scenario.Expected, output);
            await WriteFieldAsync("actual", scenario.Actual, output);
            await WriteFieldAsync("transcript", scenario.Transcript is { } file ? Path.Combine(directory, file) : null, output);
        }
    }

    private static async Task WriteFieldAsync(string name, string? value, TextWriter output)
    {
        if (value is not null)
            await output.WriteLineAsync($"    {name + ":",-11} {value.ReplaceLineEndings("\n" + new string(' ', 16))}");
    }
}
