using System.Globalization;
using System.Text;
using System.Xml;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Html;

namespace CoralMux.Harness.Load.Report;

/// <summary>The directory of <c>--out</c> of a load run: made at the start, so that a run is not lost to a path that cannot be written.</summary>
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

    /// <summary>Each way to read a report, but not what they are made from.</summary>
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
            Write("junit.xml", stream => WriteJUnit(report, stream));
            WriteText("metrics.csv", MetricsTable(report));
            WriteText("series.csv", SeriesTable(report));
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

    private static void WriteJUnit(LoadReport report, Stream output)
    {
        List<(string Class, string Name, string? Element, string Message)> cases =
        [
            ("validity", "the generator was not the bottleneck", report.Validity.Valid ? null : "error", string.Join(" ", report.Validity.Reasons)),
            .. report.Thresholds.Select(one => ("thresholds", one.Text, one.Outcome == "met" ? null : one.Outcome == "missed" ? "failure" : "error", one.Reason ?? "")),
            .. report.Invariants.Select(one => ("invariants", one.Name, one.Violations == 0 ? null : "failure", $"{one.Violations} of {one.Checked}: {string.Join(" ", one.Examples.Select(example => example.Sentence))}")),
        ];
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) });
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", "load " + report.Config.Profile["name"]);
        xml.WriteAttributeString("tests", cases.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", cases.Count(one => one.Element == "failure").ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", cases.Count(one => one.Element == "error").ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("time", (report.DurationMs / 1000).ToString("0.000", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("timestamp", report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        foreach (var one in cases)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", $"load.{report.Config.Profile["name"]}.{one.Class}");
            xml.WriteAttributeString("name", Visible.Line(one.Name));
            xml.WriteAttributeString("time", "0.000");
            if (one.Element is not null)
            {
                xml.WriteStartElement(one.Element);
                xml.WriteAttributeString("type", one.Class);
                xml.WriteAttributeString("message", Visible.Line(one.Message));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string MetricsTable(LoadReport report)
    {
        var table = new StringBuilder("family,kind,scenario,direction,size,count,min_us,mean_us,stddev_us,p50_us,p90_us,p95_us,p99_us,p999_us,p9999_us,max_us\n");
        foreach (var one in report.Metrics)
        {
            table.Append(CultureInfo.InvariantCulture, $"{one.Family},{one.Kind},{one.Labels.GetValueOrDefault("scenario")},{one.Labels.GetValueOrDefault("direction")},{one.Labels.GetValueOrDefault("size")},{one.Count},")
                .AppendLine(CultureInfo.InvariantCulture, $"{one.MinUs},{one.MeanUs},{one.StdDevUs},{one.P50Us},{one.P90Us},{one.P95Us},{one.P99Us},{one.P999Us},{one.P9999Us},{one.MaxUs}");
        }

        return table.ToString();
    }

    private static string SeriesTable(LoadReport report)
    {
        var table = new StringBuilder("at_s,width_s,offered,achieved,p50_us,p99_us,service_p99_us,lag_p99_us,errors,closes,connections,bytes_sent,bytes_received,relay_cpu,relay_rss_bytes,generator_cpu,generator_rss_bytes,generator_gc_pause_ms\n");
        foreach (var one in report.Series)
        {
            table.Append(CultureInfo.InvariantCulture, $"{one.AtS},{one.WidthS},{one.Offered},{one.Achieved},{one.P50Us},{one.P99Us},{one.ServiceP99Us},{one.LagP99Us},{one.Errors.Values.Sum()},{one.Closes.Values.Sum()},")
                .AppendLine(CultureInfo.InvariantCulture, $"{one.Connections},{one.BytesSent},{one.BytesReceived},{one.RelayCpu},{one.RelayRssBytes},{one.GeneratorCpu},{one.GeneratorRssBytes},{one.GeneratorGcPauseMs}");
        }

        return table.ToString();
    }
}
