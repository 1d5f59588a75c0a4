using System.Globalization;
using System.Text;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Output;

/// <summary>Metrics and series of a load report as CSV, for spreadsheets.</summary>
internal static class LoadTables
{
    private static readonly IReadOnlyList<(string Name, Func<LoadPoint, IFormattable?> Value)> SeriesColumns =
    [
        ("at_s", point => point.AtS), ("width_s", point => point.WidthS), ("offered", point => point.Offered), ("achieved", point => point.Achieved),
        ("p50_us", point => point.P50Us), ("p99_us", point => point.P99Us), ("service_p99_us", point => point.ServiceP99Us),
        ("lag_p99_us", point => point.LagP99Us), ("errors", point => point.Errors.Values.Sum()), ("closes", point => point.Closes.Values.Sum()),
        ("connections", point => point.Connections), ("bytes_sent", point => point.BytesSent), ("bytes_received", point => point.BytesReceived),
        ("relay_cpu", point => point.RelayCpu), ("relay_rss_bytes", point => point.RelayRssBytes), ("generator_cpu", point => point.GeneratorCpu),
        ("generator_rss_bytes", point => point.GeneratorRssBytes), ("generator_gc_pause_ms", point => point.GeneratorGcPauseMs),
    ];

    public static string Metrics(LoadReport report)
    {
        var figures = LoadMetric.Figures.Select(figure => figure.Name == "count" ? "count" : figure.Name.Replace(".", "", StringComparison.Ordinal) + "_us");
        var table = new StringBuilder().AppendLine($"family,kind,scenario,direction,size,{string.Join(',', figures)}");
        foreach (var one in report.Metrics)
        {
            string?[] key = [Word.Of(one.Family), Word.Of(one.Kind), one.Key.Scenario, one.Key.Direction, one.Key.Size];
            table.AppendJoin(',', key.Concat(LoadMetric.Figures.Select(figure => figure.Value(one).ToString(CultureInfo.InvariantCulture)))).AppendLine();
        }

        return table.ToString();
    }

    public static string Series(LoadReport report)
    {
        var table = new StringBuilder().AppendJoin(',', SeriesColumns.Select(column => column.Name)).AppendLine();
        foreach (var point in report.Series)
            table.AppendJoin(',', SeriesColumns.Select(column => column.Value(point)?.ToString(null, CultureInfo.InvariantCulture))).AppendLine();
        return table.ToString();
    }
}
