using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>The metrics that a relay of any profile has.</summary>
internal static class CoreMetrics
{
    public static IEnumerable<Metric> Of(RelayCore core) =>
    [
        Metric.Gauge("connections", "Open WebSocket connections.", () => core.Connections.Open),
        Metric.Gauge("connections_pending_auth", "Open connections that have not authenticated yet.", () => core.Connections.Pending),
        Metric.Gauge("tokens", "Tokens known to the relay.", () => core.Store.Count),
        Metric.Gauge("queued_bytes", "Memory held for messages that wait for their reader.", () => core.Memory.Held),
        Metric.Gauge("store_degraded", "1 while the database cannot be written.", () => core.Store.Degraded ? 1 : 0),
        Metric.Counter("messages_forwarded_total", "Messages handed over for delivery.", () => core.Meters.Messages),
        Metric.Counter("bytes_forwarded_total", "Bytes of those messages, as received.", () => core.Meters.Bytes),
        Metric.Counter("connections_opened_total", "WebSocket connections accepted.", () => core.Meters.Opened),
        Metric.Counters("connections_ended_total", "Connections ended, by reason.", "reason", core.Meters.Ended, why => Metric.Snake(why.ToString())),
        Metric.Gauge("process_resident_bytes", "Resident memory of the process.", () => Environment.WorkingSet),
        Metric.Counter("process_allocated_bytes_total", "Memory allocated since the process started, freed or not.", () => GC.GetTotalAllocatedBytes()),
        Metric.Counter("process_cpu_seconds_total", "Processor time of the process.", () => Environment.CpuUsage.TotalTime.TotalSeconds),
    ];
}
