using System.Threading.Tasks.Sources;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>One direction of a socket: whether it is worth trying, and who waits for that. One waiter at a time. A false "ready" is allowed, a missed
/// one is not: the one who tries says so first (<see cref="Trying"/>), so that an event that comes in between is kept.</summary>
internal sealed class Readiness(bool continueElsewhere) : IValueTaskSource
{
    private const int Unknown = 0, Ready = 1, Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = continueElsewhere };
    private int _state;

    public void Trying() => Volatile.Write(ref _state, Unknown);

    /// <summary>Called by the one who tried, when there may be more.</summary>
    public void StillReady() => Volatile.Write(ref _state, Ready);

    public ValueTask WaitAsync()
    {
        if (Volatile.Read(ref _state) == Ready)
            return ValueTask.CompletedTask;

        _core.Reset();
        var wait = new ValueTask(this, _core.Version);
        return Interlocked.CompareExchange(ref _state, Waiting, Unknown) == Unknown ? wait : ValueTask.CompletedTask;
    }

    /// <summary>Runs the waiter on this thread, unless it asked to continue elsewhere.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _state) != Ready && Interlocked.Exchange(ref _state, Ready) == Waiting)
            _core.SetResult(true);
    }

    /// <summary>For a caller that must not run other people's code now.</summary>
    public void SetElsewhere()
    {
        if (Interlocked.Exchange(ref _state, Ready) != Waiting)
            return;
        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
