using System.Collections.Concurrent;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Storage;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

/// <summary>The sessions in use. Finding and creating happens here, everything else inside the session. Sessions know nothing of each other
/// (PAIR-60).</summary>
internal sealed class SessionTable(TokenStore store, LiveLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<TokenId, Session> _sessions = new();

    /// <returns>Null when the token is unknown (PAIR-12).</returns>
    public Session? Join(TokenId id, PairConnection connection, Role role)
    {
        while (store.TryGetUsage(id, out var usage))
        {
            var session = _sessions.GetOrAdd(
                id, static (key, s) => new Session(key, s.usage, s.table.Store, s.table.Limits, s.table.Time), (table: this, usage));
            connection.Enter(session, role);
            var result = session.Join(connection, role);
            if (result == JoinResult.Joined)
            {
                // Deleted between the look above and the session's entry in the table, where the deletion found nothing.
                if (!store.Contains(id))
                    Delete(id);
                // Ended by its time-out before it was in the session, and so not taken out again.
                if (connection.IsEnding)
                    session.Leave(connection, role);
                return session;
            }

            _sessions.TryRemove(KeyValuePair.Create(id, session));
            if (result == JoinResult.Deleted)
                break;
        }

        return null;
    }

    public (bool Phone, bool Agent) Presence(TokenId id) =>
        _sessions.TryGetValue(id, out var session) ? session.Presence : default;

    /// <summary>Sessions with at least one connection (OPS-03).</summary>
    public int CountOccupied()
    {
        var count = 0;
        foreach ((_, var session) in _sessions)
            count += session.Presence != (false, false) ? 1 : 0;
        return count;
    }

    public void Delete(TokenId id)
    {
        if (_sessions.TryRemove(id, out var session))
            session.Delete();
    }

    /// <summary>Forgets sessions that have nothing to remember.</summary>
    public void Sweep(bool all = false)
    {
        foreach (var (id, session) in _sessions)
        {
            if (session.TryRetire(evenIfRatesAreUsed: all))
                _sessions.TryRemove(KeyValuePair.Create(id, session));
        }
    }

    private TokenStore Store => store;

    private LiveLimits Limits => limits;

    private TimeProvider Time => time;
}
