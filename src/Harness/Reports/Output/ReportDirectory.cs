using CoralMux.Harness.Basics;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Stored;

namespace CoralMux.Harness.Reports.Output;

/// <summary>The directory of <c>--out</c>: made at the start, so that a run is not lost to a path that cannot be written.</summary>
public sealed class ReportDirectory
{
    private const string Transcripts = "transcripts";

    private readonly string _path;

    /// <exception cref="CommandException">It cannot be written; exit 2.</exception>
    public ReportDirectory(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(Path.Combine(path, Transcripts));
            var probe = Path.Combine(path, ".writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The reports cannot be written to {path}: {exception.Message}");
        }
    }

    /// <summary>Everything: the report and its transcripts, and each way to read them. What an earlier run left is gone.</summary>
    /// <exception cref="CommandException">The disk is full or the directory gone; exit 5. The verdict was already printed.</exception>
    public void Write(RunReport report) => Guard(() =>
    {
        foreach (var former in Directory.EnumerateFiles(Path.Combine(_path, Transcripts), "*.json"))
            File.Delete(former);
        foreach (var result in report.Results.Where(result => result.Transcript.Count > 0))
            File.WriteAllBytes(Path.Combine(_path, TranscriptFile.PathOf(result.Scenario)), TranscriptFile.Write(result.Transcript));
        Write("report.json", stream => ReportFile.Write(report, stream));
        WriteRenderings(report);
    });

    /// <summary>Each way to read a report, but not what they are made from.</summary>
    /// <exception cref="CommandException">As for <see cref="Write(RunReport)"/>.</exception>
    public void Render(RunReport report) => Guard(() => WriteRenderings(report));

    private void WriteRenderings(RunReport report)
    {
        Write("report.html", stream => HtmlReport.Write(report, stream));
        Write("junit.xml", stream => JUnitReport.Write(report, stream));
        Write("cucumber.ndjson", stream => CucumberReport.Write(report, stream));
        Write("summary.md", stream => SummaryReport.Write(report, stream));
        Write("badge.svg", stream => BadgeReport.Write(report, stream));
    }

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.HarnessFault, $"The reports could not be written to {_path}: {exception.Message}");
        }
    }

    private void Write(string name, Action<Stream> write)
    {
        using var stream = File.Create(Path.Combine(_path, name));
        write(stream);
    }
}
