namespace CoralMux.ReferenceRelay.Limits;

/// <summary>How many bytes of memory the process holds for messages right now.</summary>
internal sealed class MemoryBudget
{
    private long _held;

    public long Held => Volatile.Read(ref _held);

    public void Add(long bytes) => Interlocked.Add(ref _held, bytes);

    public void Remove(long bytes) => Interlocked.Add(ref _held, -bytes);
}
