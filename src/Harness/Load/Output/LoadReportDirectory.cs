using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Html;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Output;

/// <summary>The <c>--out</c> directory of a load run: made at the start, so that a run is not lost because a path cannot be written.</summary>
public sealed class LoadReportDirectory
{
    private readonly string _path;

    /// <exception cref="CommandException">It cannot be written; exit 2.</exception>
    public LoadReportDirectory(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(HistogramLog, "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The reports cannot be written to {path}: {exception.Message}");
        }
    }

    public string HistogramLog => Path.Combine(_path, "latency.hlog");

    /// <exception cref="CommandException">The disk is full or the directory gone; exit 5.</exception>
    public void Write(LoadReport report, LoadReport? baseline = null) => Write(_path, report, baseline, andItself: true);

    /// <summary>Writes each form of a report for readers, but not the report itself.</summary>
    /// <exception cref="CommandException">As for <see cref="Write(LoadReport, LoadReport?)"/>.</exception>
    public static void Render(string path, LoadReport report, LoadReport? baseline) => Write(path, report, baseline, andItself: false);

    private static void Write(string path, LoadReport report, LoadReport? baseline, bool andItself)
    {
        try
        {
            Directory.CreateDirectory(path);
            if (andItself)
                Write("report.json", stream => LoadReportFile.Write(report, stream));
            Write("report.html", stream => LoadPage.Write(report, baseline, stream));
            Write("junit.xml", stream => LoadJUnit.Write(report, stream));
            WriteText("metrics.csv", LoadTables.Metrics(report));
            WriteText("series.csv", LoadTables.Series(report));
            WriteText("summary.md", LoadSummary.Markdown(report));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.HarnessFault, $"The reports could not be written to {path}: {exception.Message}");
        }

        void WriteText(string name, string text) => File.WriteAllText(Path.Combine(path, name), text);

        void Write(string name, Action<Stream> write)
        {
            using var stream = File.Create(Path.Combine(path, name));
            write(stream);
        }
    }
}
