using CoralMux.Harness.Basics;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Stored;

namespace CoralMux.Harness.Reports.Output;

/// <summary>The directory of <c>--out</c>: made before the run, so that no run is lost because its reports cannot be written.</summary>
public sealed class ReportDirectory
{
    private const string Transcripts = "transcripts";

    private readonly string _path;

    /// <exception cref="CommandException">It cannot be written; exit 2.</exception>
    public ReportDirectory(string path)
    {
        _path = path;
        Guard(ExitCode.Usage, () =>
        {
            Directory.CreateDirectory(Path.Combine(path, Transcripts));
            var probe = Path.Combine(path, ".writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        });
    }

    /// <summary>Writes the report, its transcripts and each rendering. Deletes the transcripts of an earlier run.</summary>
    /// <exception cref="CommandException">The disk is full or the directory gone; exit 5. The verdict was already printed.</exception>
    public void Write(RunReport report) => Guard(ExitCode.HarnessFault, () =>
    {
        foreach (var former in Directory.EnumerateFiles(Path.Combine(_path, Transcripts), "*.json"))
            File.Delete(former);
        foreach (var result in report.Results.Where(result => result.Transcript.Count > 0))
            File.WriteAllBytes(Path.Combine(_path, TranscriptFile.PathOf(result.Scenario)), TranscriptFile.Write(result.Transcript));
        Write("report.json", stream => ReportFile.Write(report, stream));
        WriteRenderings(report);
    });

    /// <summary>Writes each rendering, but not the report and its transcripts.</summary>
    /// <exception cref="CommandException">As for <see cref="Write(RunReport)"/>.</exception>
    public void Render(RunReport report) => Guard(ExitCode.HarnessFault, () => WriteRenderings(report));

    private void WriteRenderings(RunReport report)
    {
        Write("report.html", stream => HtmlReport.Write(report, stream));
        Write("junit.xml", stream => JUnitReport.Write(report, stream));
        Write("cucumber.ndjson", stream => CucumberReport.Write(report, stream));
        Write("summary.md", stream => SummaryReport.Write(report, stream));
        Write("badge.svg", stream => BadgeReport.Write(report, stream));
    }

    private void Guard(ExitCode exitCode, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(exitCode, $"The reports cannot be written to {_path}: {exception.Message}");
        }
    }

    private void Write(string name, Action<Stream> write)
    {
        using var stream = File.Create(Path.Combine(_path, name));
        write(stream);
    }
}
