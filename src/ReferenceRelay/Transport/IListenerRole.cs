namespace CoralMux.ReferenceRelay.Transport;

/// <summary>The connection feature that tells the two listeners apart.</summary>
internal interface IListenerRole
{
    bool IsMetrics { get; }
}

internal sealed class MetricsListener : IListenerRole
{
    public bool IsMetrics => true;
}
