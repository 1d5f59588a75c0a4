using System.IO.Pipelines;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>What Kestrel writes to. A client that is gone ends the pipe, as it does with Kestrel's own transports; an exception would be a line of
/// the log, with a stack trace, for each client that hangs up early.</summary>
internal sealed class HttpOutput(PipeWriter inner) : PipeWriter
{
    private Exception? _failure;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(_failure ?? exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(_failure ?? exception);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_failure is not null)
            return new FlushResult(isCanceled: false, isCompleted: true);
        try
        {
            return await inner.FlushAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            _failure = error;
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }
}
