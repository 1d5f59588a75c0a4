using System.Text.Json.Nodes;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Output;

namespace CoralMux.Harness.Tests.Reports;

/// <summary>A report on the disk that somebody may touch up.</summary>
internal sealed class EditableReport : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-recheck-").FullName;

    public EditableReport(RunReport report) => new ReportDirectory(_directory).Write(report);

    public string File => Path.Combine(_directory, "report.json");

    public string Transcript(string name) => Path.Combine(_directory, "transcripts", name);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <param name="where">Members and indices with dots between.</param>
    /// <param name="value">JSON, or null to take it out.</param>
    public void Edit(string where, string? value)
    {
        var root = JsonNode.Parse(System.IO.File.ReadAllText(File))!;
        var at = root;
        var path = where.Split('.');
        foreach (var part in path[..^1])
            at = int.TryParse(part, out var index) ? at[index]! : at[part]!;
        if (at is JsonArray items && value is null)
            items.RemoveAt(int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture));
        else if (value is null)
            at.AsObject().Remove(path[^1]);
        else
            at[path[^1]] = JsonNode.Parse(value);
        System.IO.File.WriteAllText(File, root.ToJsonString());
    }
}
