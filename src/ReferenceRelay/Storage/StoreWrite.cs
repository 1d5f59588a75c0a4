using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>One change for the writer thread.</summary>
internal abstract record StoreWrite
{
    public abstract void Finish(bool written);
}

internal abstract record AwaitedWrite : StoreWrite
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Done => _done.Task;

    public override void Finish(bool written) => _done.TrySetResult(written);
}

internal sealed record AddToken(TokenId Id) : AwaitedWrite;

internal sealed record RemoveToken(TokenId Id) : AwaitedWrite;

/// <summary>Changes nothing; is done when everything before it is.</summary>
internal sealed record Barrier : AwaitedWrite;

internal sealed record GrantLease(ILeaseHolder Holder, Usage UpTo) : StoreWrite
{
    public override void Finish(bool written)
    {
        if (written)
            Holder.LeaseGranted(UpTo);
        else
            Holder.LeaseRefused();
    }
}

internal sealed record SettleUsage(TokenId Id, Usage Used) : StoreWrite
{
    public override void Finish(bool written)
    {
    }
}
