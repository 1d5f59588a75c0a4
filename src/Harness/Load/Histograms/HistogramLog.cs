using System.Globalization;

namespace CoralMux.Harness.Load.Histograms;

/// <summary>A <c>.hlog</c>: the recordings of each second, by metric, written while the run goes on; every HdrHistogram tool reads it.</summary>
public sealed class HistogramLog : IDisposable
{
    private readonly StreamWriter _output;

    public HistogramLog(string path, DateTimeOffset startedAt)
    {
        _output = new StreamWriter(path) { NewLine = "\n" };
        var seconds = startedAt.ToUnixTimeMilliseconds() / 1000.0;
        _output.WriteLine("#[Histogram log format version 1.3]");
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"#[StartTime: {seconds:F3} (seconds since epoch), {startedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; values in microseconds]"));
        _output.WriteLine("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"");
    }

    public void Write(double atS, double widthS, IReadOnlyDictionary<MetricKey, Histogram> histograms)
    {
        foreach (var (key, histogram) in histograms)
        {
            var milliseconds = histogram.Summarise().Max / 1000.0;
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Tag={key.Tag},{atS:F3},{widthS:F3},{milliseconds:F3},{HistogramCodec.Encode(histogram)}"));
        }
    }

    public void Dispose() => _output.Dispose();

    /// <exception cref="FormatException">A line cannot be read.</exception>
    public static IEnumerable<(double AtS, double WidthS, MetricKey Key, Histogram Histogram)> Read(string path)
    {
        foreach (var line in File.ReadLines(path).Where(line => line.StartsWith("Tag=", StringComparison.Ordinal)))
        {
            var parts = line["Tag=".Length..].Split(',');
            if (parts.Length != 5)
                throw new FormatException($"{path} has a line that does not belong to a histogram log.");
            double Number(int part) => double.Parse(parts[part], CultureInfo.InvariantCulture);
            yield return (Number(1), Number(2), MetricKey.Parse(parts[0]), HistogramCodec.Decode(parts[4]));
        }
    }
}
