using CoralMux.ReferenceRelay.Limits;

namespace CoralMux.ReferenceRelay.Storage;

/// <summary>One change for the writer thread.</summary>
internal abstract class StoreWrite
{
    public abstract void Finish(bool written);
}

internal abstract class AwaitedWrite : StoreWrite
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Done => _done.Task;

    public override void Finish(bool written) => _done.TrySetResult(written);
}

internal sealed class AddToken(TokenId id) : AwaitedWrite
{
    public TokenId Id => id;
}

internal sealed class RemoveToken(TokenId id) : AwaitedWrite
{
    public TokenId Id => id;
}

/// <summary>Changes nothing; is done when everything before it is.</summary>
internal sealed class Barrier : AwaitedWrite;

internal sealed class GrantLease(ILeaseHolder holder, Usage upTo) : StoreWrite
{
    public TokenId Id => holder.Id;

    public Usage UpTo => upTo;

    public override void Finish(bool written)
    {
        if (written)
            holder.LeaseGranted(upTo);
        else
            holder.LeaseRefused();
    }
}

internal sealed class SettleUsage(TokenId id, Usage used) : StoreWrite
{
    public TokenId Id => id;

    public Usage Used => used;

    public override void Finish(bool written)
    {
    }
}
