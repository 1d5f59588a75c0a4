using System.Collections.Concurrent;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Connections;

/// <summary>Every WebSocket connection, from its handshake until its socket is gone, and how many there may be: in all, and without authentication
/// (SEC-07), but not from one address (TRN-04).</summary>
internal sealed class ConnectionRegistry(LiveLimits limits, RelayMeters meters)
{
    private readonly ConcurrentDictionary<Connection, byte> _all = new();
    private int _open;
    private int _pending;
    private volatile bool _closed;

    /// <summary>Connections that have not ended (OPS-02, OPS-04). One that only waits for its close handshake does not count.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Those of <see cref="Open"/> that have not authenticated.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Sockets still held, also those that wait for their close handshake.</summary>
    public int Held => _all.Count;

    public IEnumerable<Connection> All => _all.Select(entry => entry.Key);

    /// <summary>Takes a place for a connection that is about to be upgraded.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryReserve()
    {
        if (_closed)
            return false;
        var now = limits.Current;
        if (Interlocked.Increment(ref _open) <= now.MaxConnections)
        {
            if (Interlocked.Increment(ref _pending) <= now.MaxPendingAuth)
                return true;
            Interlocked.Decrement(ref _pending);
        }

        Interlocked.Decrement(ref _open);
        return false;
    }

    /// <summary>The upgrade failed.</summary>
    public void CancelReservation()
    {
        Interlocked.Decrement(ref _pending);
        Interlocked.Decrement(ref _open);
    }

    public void Add(Connection connection)
    {
        _all.TryAdd(connection, 0);
        meters.ConnectionOpened();
    }

    public void Authenticated(Connection connection)
    {
        if (connection.TryStopPending())
            Interlocked.Decrement(ref _pending);
    }

    public void Ended(Connection connection, CloseReason why)
    {
        Interlocked.Decrement(ref _open);
        if (connection.TryStopPending())
            Interlocked.Decrement(ref _pending);
        meters.Ended.Increment(why);
    }

    public void Remove(Connection connection) => _all.TryRemove(connection, out _);

    /// <summary>The relay is shutting down.</summary>
    public bool IsClosed => _closed;

    /// <summary>From now on there is no place for new connections.</summary>
    public void CloseDoor() => _closed = true;
}
