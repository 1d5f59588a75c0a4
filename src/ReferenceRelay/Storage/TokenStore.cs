using System.Collections.Concurrent;
using System.Threading.Channels;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Protocol;
using CoralMux.ReferenceRelay.Sessions;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>
/// The tokens and their usage. Questions are answered from memory; changes go through one thread that writes them to
/// the database in batches, so nothing that carries messages ever waits for the disk.
/// </summary>
internal sealed class TokenStore : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TokenId, Usage> _tokens = new();
    private readonly Channel<StoreWrite> _writes = Channel.CreateUnbounded<StoreWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _writer;

    // Touched by the writer thread only: settled usage that could not be written yet.
    private readonly Dictionary<TokenId, Usage> _unsettled = [];
    private volatile bool _degraded;

    public TokenStore(string file, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _database = Database.Open(file, time);
        foreach ((TokenId id, Usage usage) in _database.ReadAll())
            _tokens[id] = usage;
        _writer = new Thread(Write) { IsBackground = true, Name = "store" };
        _writer.Start();
    }

    /// <summary>The database cannot be written at the moment.</summary>
    public bool Degraded => _degraded;

    public int Count => _tokens.Count;

    public bool Contains(TokenId id) => _tokens.ContainsKey(id);

    public bool TryGetUsage(TokenId id, out Usage usage) => _tokens.TryGetValue(id, out usage);

    /// <summary>True once the token is durable.</summary>
    public async Task<bool> AddAsync(TokenId id)
    {
        var write = new AddToken(id);
        if (!_writes.Writer.TryWrite(write) || !await write.Done)
            return false;
        _tokens[id] = default;
        return true;
    }

    /// <summary>The token is unknown at once. True once that is durable.</summary>
    public Task<bool> RemoveAsync(TokenId id)
    {
        _tokens.TryRemove(id, out _);
        var write = new RemoveToken(id);
        return _writes.Writer.TryWrite(write) ? write.Done : Task.FromResult(false);
    }

    /// <summary>Makes a usage durable before it is used up, and tells the session whether that worked.</summary>
    public void RequestLease(Session session, Usage upTo)
    {
        if (!_writes.Writer.TryWrite(new GrantLease(session, upTo)))
            session.LeaseRefused();
    }

    /// <summary>Nobody uses the token now, and this is what it has really used.</summary>
    public void Settle(TokenId id, Usage used)
    {
        // A token deleted meanwhile stays deleted.
        if (_tokens.TryGetValue(id, out Usage known) && (known == used || _tokens.TryUpdate(id, used, known)) && known != used)
            _writes.Writer.TryWrite(new SettleUsage(id, used));
    }

    /// <summary>Completes when everything asked for so far has been tried.</summary>
    public Task FlushAsync()
    {
        var barrier = new Barrier();
        return _writes.Writer.TryWrite(barrier) ? barrier.Done : Task.CompletedTask;
    }

    public void Dispose()
    {
        _writes.Writer.TryComplete();
        _writer.Join(TimeSpan.FromSeconds(10));
        _database.Dispose();
    }

    private void Write()
    {
        var batch = new List<StoreWrite>();
        while (Wait())
        {
            batch.Clear();
            while (batch.Count < 1024 && _writes.Reader.TryRead(out StoreWrite? write))
                batch.Add(write);
            WriteBatch(batch);
        }

        WriteBatch([]);
    }

    /// <summary>Waits for something to write; while degraded, for a second at most, and then tries what failed before.</summary>
    private bool Wait()
    {
        ValueTask<bool> more = _writes.Reader.WaitToReadAsync();
        if (more.IsCompleted)
            return more.Result;

        Task<bool> waiting = more.AsTask();
        while (_degraded && !waiting.Wait(RetryAfter))
            WriteBatch([]);
        return waiting.GetAwaiter().GetResult();
    }

    private void WriteBatch(List<StoreWrite> batch)
    {
        foreach (StoreWrite write in batch)
        {
            if (write is SettleUsage settle)
                _unsettled[settle.Id] = settle.Used;
            else if (write is GrantLease lease)
                _unsettled.Remove(lease.Session.Id);
        }

        if (batch.Count == 0 && _unsettled.Count == 0 && !_degraded)
            return;

        bool written = TryWrite(batch);
        if (written)
            _unsettled.Clear();
        foreach (StoreWrite write in batch)
            write.Finish(written);
    }

    private bool TryWrite(List<StoreWrite> batch)
    {
        try
        {
            _database.Write(batch, _unsettled, _time.GetUtcNow());
            if (_degraded)
            {
                _degraded = false;
                Log.StoreRecovered(_logger);
            }

            return true;
        }
        catch (Exception error) when (error is Microsoft.Data.Sqlite.SqliteException or IOException or InvalidOperationException)
        {
            if (!_degraded)
            {
                _degraded = true;
                Log.StoreDegraded(_logger, error.Message);
            }

            return false;
        }
    }
}
