namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>Everything that the relay counts whatever the profile. No token and no address is in it (SEC-03).</summary>
internal sealed class RelayMeters
{
    private long _messages;
    private long _bytes;
    private long _opened;

    public CountersByKind<CloseReason> Ended { get; } = new();

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Opened => Volatile.Read(ref _opened);

    public void Forwarded(long messages, long bytes)
    {
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void ConnectionOpened() => Interlocked.Increment(ref _opened);
}
