using System.Collections.Concurrent;
using System.Threading.Channels;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>The tokens and their usage, which survive a restart (PAIR-07, LIM-24). Questions are answered from memory; changes go through one thread
/// that writes them to the database in batches, so nothing that carries messages ever waits for the disk.</summary>
internal sealed class TokenStore : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TokenId, Usage> _tokens = new();
    private readonly Channel<StoreWrite> _writes = Channel.CreateUnbounded<StoreWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _writer;

    // Used by the writer thread only: settled usage that could not be written yet, and what the database holds ahead of use.
    private readonly Dictionary<TokenId, Usage> _unsettled = [];
    private readonly Dictionary<TokenId, Usage> _leased = [];

    // Written by the writer thread, read by any.
    private volatile bool _degraded;

    public TokenStore(string file, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        (_database, List<(TokenId, Usage)> tokens) = Database.Open(file, time);
        foreach (var (id, usage) in tokens)
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
        return _writes.Writer.TryWrite(write) && await write.Done;
    }

    /// <summary>The token and its usage are unknown at once (PAIR-12, PAIR-14). True once that is durable.</summary>
    public Task<bool> RemoveAsync(TokenId id)
    {
        _tokens.TryRemove(id, out _);
        var write = new RemoveToken(id);
        return _writes.Writer.TryWrite(write) ? write.Done : Task.FromResult(false);
    }

    /// <summary>Makes a usage durable before it is used up (LIM-25), and informs the holder of the result.</summary>
    public void RequestLease(ILeaseHolder holder, Usage upTo)
    {
        if (!_writes.Writer.TryWrite(new GrantLease(holder, upTo)))
            holder.LeaseRefused();
    }

    /// <summary>No connection uses the token now, and this is what it has really used.</summary>
    /// <param name="leaseLeft">The database holds more.</param>
    public void Settle(TokenId id, Usage used, bool leaseLeft)
    {
        // A token deleted meanwhile stays deleted.
        if (_tokens.TryGetValue(id, out var known) && (known == used || _tokens.TryUpdate(id, used, known)) && (known != used || leaseLeft))
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
            while (batch.Count < 1024 && _writes.Reader.TryRead(out var write))
                batch.Add(write);
            WriteBatch(batch);
        }

        WriteBatch([]);
    }

    /// <summary>Waits for something to write; while degraded, for a second at most, and then tries what failed before.</summary>
    private bool Wait()
    {
        var more = _writes.Reader.WaitToReadAsync();
        if (more.IsCompleted)
            return more.Result;

        var waiting = more.AsTask();
        while (_degraded && !waiting.Wait(RetryAfter))
            WriteBatch([]);
        return waiting.GetAwaiter().GetResult();
    }

    private void WriteBatch(List<StoreWrite> batch)
    {
        foreach (var write in batch)
        {
            if (write is SettleUsage settle)
            {
                _unsettled[settle.Id] = settle.Used;
                _leased.Remove(settle.Id);
            }
            else if (write is GrantLease lease)
            {
                _unsettled.Remove(lease.Holder.Id);
            }
        }

        if (batch.Count == 0 && _unsettled.Count == 0 && !_degraded)
            return;

        var written = TryWrite(batch);
        if (written)
            _unsettled.Clear();
        foreach (var write in batch)
        {
            if (written)
                Remember(write);
            write.Finish(written);
        }
    }

    /// <summary>What is in memory follows the database, never the other way round.</summary>
    private void Remember(StoreWrite write)
    {
        switch (write)
        {
            case AddToken add:
                _tokens[add.Id] = default;
                break;
            case RemoveToken remove:
                _leased.Remove(remove.Id);
                break;
            case GrantLease lease:
                _leased[lease.Holder.Id] = lease.UpTo;
                break;
            case SettleUsage settle:
                _leased.Remove(settle.Id);
                break;
        }
    }

    /// <summary>The file was damaged or is another one now: it gets everything that is known, with the leases that are out.</summary>
    private void Recover()
    {
        _database.Reopen();
        var known = new Dictionary<TokenId, Usage>(_tokens);
        foreach (var (id, leased) in _leased)
        {
            if (known.ContainsKey(id))
                known[id] = leased;
        }

        _database.Restore(known, _time.GetUtcNow());
    }

    private bool TryWrite(List<StoreWrite> batch)
    {
        try
        {
            if (_database.IsLost)
                Recover();
            _database.Write(batch, _unsettled, _time.GetUtcNow());
            if (_degraded)
            {
                _degraded = false;
                Log.StoreRecovered(_logger);
            }

            return true;
        }
        catch (Exception error)
        {
            // Of any kind: the thread that writes must survive it.
            if (!_degraded)
            {
                _degraded = true;
                Log.StoreDegraded(_logger, DatabaseFault.Describe(error));
            }

            return false;
        }
    }
}
