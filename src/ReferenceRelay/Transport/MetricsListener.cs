namespace CoralMux.ReferenceRelay.Transport;

/// <summary>The connection feature of those that arrived at the listener for metrics.</summary>
internal sealed class MetricsListener;
