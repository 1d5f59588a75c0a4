using System.Globalization;
using System.Text;

namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>Metrics in the Prometheus text exposition format 0.0.4 (OPS-06). Every series is there from the start.</summary>
internal static class PrometheusText
{
    public static string Of(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics)
        {
            text.Append("# HELP ").Append(metric.Name).Append(' ').Append(metric.Help).Append('\n');
            text.Append("# TYPE ").Append(metric.Name).Append(metric.IsCounter ? " counter\n" : " gauge\n");
            foreach (var (label, read) in metric.Series)
            {
                text.Append(metric.Name);
                if (label is not null)
                    text.Append('{').Append(metric.Label).Append("=\"").Append(label).Append("\"}");
                text.Append(' ').Append(read().ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        return text.ToString();
    }
}
