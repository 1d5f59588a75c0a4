using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using CoralMux.ReferenceRelay.Options;

namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>
/// All metrics, exported twice: to System.Diagnostics.Metrics, for any collector in the process, and as Prometheus text
/// (OPS-06). Every series is there from the start.
/// </summary>
internal sealed class MetricsExport : IDisposable
{
    public const string MeterName = "CoralMux.Relay";

    private readonly Meter _meter = new(MeterName, HelpText.Version);
    private readonly IReadOnlyList<Metric> _metrics;

    public MetricsExport(IReadOnlyList<Metric> metrics)
    {
        _metrics = metrics;
        foreach (var metric in metrics)
            Publish(metric);
    }

    /// <summary>In the Prometheus text exposition format 0.0.4.</summary>
    public string ToPrometheusText()
    {
        var text = new StringBuilder();
        foreach (var metric in _metrics)
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

    public void Dispose() => _meter.Dispose();

    private void Publish(Metric metric)
    {
        IEnumerable<Measurement<double>> Observe() => metric.Series.Select(series => series.Value is null
            ? new Measurement<double>(series.Read())
            : new Measurement<double>(series.Read(), KeyValuePair.Create(metric.Label!, (object?)series.Value)));

        if (metric.IsCounter)
            _meter.CreateObservableCounter(metric.Name, Observe, description: metric.Help);
        else
            _meter.CreateObservableGauge(metric.Name, Observe, description: metric.Help);
    }
}
