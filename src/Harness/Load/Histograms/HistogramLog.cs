using System.Globalization;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Histograms;

/// <summary>A <c>.hlog</c>: the recordings of each second, by metric, written as the run goes; every HdrHistogram tool reads it.</summary>
public sealed class HistogramLog : IDisposable
{
    private readonly StreamWriter _output;

    public HistogramLog(string path, DateTimeOffset startedAt)
    {
        _output = new StreamWriter(path) { NewLine = "\n" };
        var seconds = startedAt.ToUnixTimeMilliseconds() / 1000.0;
        _output.WriteLine("#[Histogram log format version 1.3]");
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"#[StartTime: {seconds:F3} (seconds since epoch), {startedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; values in microseconds]"));
        _output.WriteLine("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"");
    }

    public void Write(double atS, double widthS, IReadOnlyDictionary<MetricKey, Histogram> histograms)
    {
        foreach (var (key, histogram) in histograms)
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Tag={key.Tag},{atS:F3},{widthS:F3},{histogram.Summarise().Max / 1000.0:F3},{HistogramCodec.Encode(histogram)}"));
    }

    public void Dispose() => _output.Dispose();

    /// <exception cref="FormatException">A line cannot be read.</exception>
    public static IEnumerable<(double AtS, double WidthS, MetricKey Key, Histogram Histogram)> Read(string path)
    {
        foreach (var line in File.ReadLines(path).Where(line => line.StartsWith("Tag=", StringComparison.Ordinal)))
        {
            var parts = line["Tag=".Length..].Split(',');
            if (parts.Length != 5)
                throw new FormatException($"{path} has a line that is none of a histogram log.");
            yield return (double.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture), MetricKey.Parse(parts[0]), HistogramCodec.Decode(parts[4]));
        }
    }
}
