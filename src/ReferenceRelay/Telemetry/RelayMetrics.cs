using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Sessions;

namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>
/// The table of everything the relay measures, told twice: to System.Diagnostics.Metrics, for any collector in the
/// process, and as Prometheus text. Every series is there from the start.
/// </summary>
internal sealed class RelayMetrics : IDisposable
{
    public const string MeterName = "CoralMux.Relay";

    private readonly Meter _meter = new(MeterName, HelpText.Version);
    private readonly List<Metric> _metrics;

    public RelayMetrics(RelayCore core)
    {
        var meters = core.Meters;
        _metrics =
        [
            Gauge("connections", "Open WebSocket connections.", () => core.Connections.Open),
            Gauge("connections_pending_auth", "Open connections that have not authenticated yet.", () => core.Connections.Pending),
            Gauge("sessions", "Tokens with at least one side connected.", () => core.Sessions.CountOccupied()),
            Gauge("tokens", "Tokens known to the relay.", () => core.Store.Count),
            Gauge("queued_bytes", "Memory held for messages that wait for their reader.", () => core.Memory.Held),
            Gauge("store_degraded", "1 while the database cannot be written.", () => core.Store.Degraded ? 1 : 0),
            Counter("messages_forwarded_total", "Messages handed over for delivery.", () => meters.Messages),
            Counter("bytes_forwarded_total", "Bytes of those messages, as received.", () => meters.Bytes),
            Counter("connections_opened_total", "WebSocket connections accepted.", () => meters.Opened),
            new("coralmux_relay_connections_ended_total", "Connections ended, by reason.", true, "reason",
                [.. Enum.GetValues<CloseReason>().Select(why => ((string?)Snake(why.ToString()), (Func<double>)(() => meters.EndedCount(why))))]),
            new("coralmux_relay_refusals_total", "Error envelopes sent, by code.", true, "code",
                [.. ErrorCodes.All.Select(code => ((string?)code.Name(), (Func<double>)(() => meters.RefusedCount(code))))]),
            Gauge("process_resident_bytes", "Resident memory of the process.", () => Environment.WorkingSet),
            Counter("process_allocated_bytes_total", "Memory allocated by the process since it started, given back or not.", () => GC.GetTotalAllocatedBytes()),
            Counter("process_cpu_seconds_total", "Processor time of the process.", () => Environment.CpuUsage.TotalTime.TotalSeconds),
        ];
        _metrics.ForEach(Publish);
    }

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

    private static Metric Gauge(string name, string help, Func<double> read) => new("coralmux_relay_" + name, help, false, null, [(null, read)]);

    private static Metric Counter(string name, string help, Func<double> read) => new("coralmux_relay_" + name, help, true, null, [(null, read)]);

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
