using CoralMux.Harness.Commands;

namespace CoralMux.Harness.Reports;

/// <summary>The directory of <c>--out</c>: made at the start, so that a run is not lost to a path that cannot be written.</summary>
public sealed class ReportDirectory
{
    private readonly string _path;

    /// <exception cref="CommandException">It cannot be written; exit 2.</exception>
    public ReportDirectory(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(Path.Combine(path, "transcripts"));
            var probe = Path.Combine(path, ".writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The reports cannot be written to {path}: {exception.Message}");
        }
    }

    /// <exception cref="CommandException">The disk is full or the directory gone; exit 5. The verdict was already printed.</exception>
    public void Write(RunReport report)
    {
        try
        {
            Write("report.json", stream => JsonReport.Write(report, stream));
            Write("junit.xml", stream => JUnitReport.Write(report, stream));
            foreach (var result in report.Results.Where(result => result.Transcript.Count > 0))
                Write(JsonReport.TranscriptFile(result.Scenario), stream => JsonReport.WriteTranscript(result.Transcript, stream));
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
