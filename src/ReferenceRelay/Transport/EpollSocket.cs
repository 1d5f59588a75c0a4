using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>A connected socket on an event loop.</summary>
internal sealed class EpollSocket : Wire
{
    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;
    private readonly EventLoop _loop;
    private readonly Readiness _reading;
    private readonly Readiness _writing;
    private readonly int _slot;
    private volatile bool _hungUp;
    private int _aborted;

    /// <param name="continueElsewhere">What waits for this socket does too much work for the loop (TLS) and continues on the pool.</param>
    public EpollSocket(Socket socket, bool continueElsewhere)
    {
        _socket = socket;
        socket.Blocking = false;
        _handle = socket.SafeHandle;
        _reading = new Readiness(continueElsewhere);
        _writing = new Readiness(continueElsewhere);
        _loop = EventLoop.Next();
        _slot = _loop.Add(this, _handle);
    }

    public override ValueTask WaitReadableAsync() => _reading.WaitAsync();

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var count = TryReceive(buffer.Span);
        return count >= 0 ? new ValueTask<int>(count) : ReceiveLaterAsync(buffer);
    }

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var sent = TrySend(bytes.Span);
        return sent > 0 ? new ValueTask<int>(sent) : SendLaterAsync(bytes);
    }

    public override int Unconfirmed => Query(Epoll.OutputQueue);

    public override int Unread => Math.Max(0, Query(Epoll.InputQueue));

    public override void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) != 0)
            return;

        _socket.Dispose();
        _loop.Remove(_slot);
        _hungUp = true;
        _reading.SetElsewhere();
        _writing.SetElsewhere();
    }

    public void OnEvent(uint events)
    {
        const uint ended = Epoll.ReadHangUp | Epoll.HangUp | Epoll.Error;
        if ((events & ended) != 0)
            _hungUp = true;
        if ((events & (Epoll.Out | Epoll.HangUp | Epoll.Error)) != 0)
            _writing.Set();
        if ((events & (Epoll.In | ended)) != 0)
            _reading.Set();
    }

    private unsafe int Query(nuint request)
    {
        try
        {
            int bytes;
            return Epoll.Query(_handle, request, &bytes) >= 0 ? bytes : -1;
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    /// <summary>-1 when there is nothing yet.</summary>
    private unsafe int TryReceive(Span<byte> buffer)
    {
        while (true)
        {
            _reading.Trying();
            nint count;
            fixed (byte* start = buffer)
                count = Epoll.Receive(_handle, start, buffer.Length, 0);
            if (count >= 0)
            {
                // Less than there was room for: all has been taken, and whatever comes next is a new event. The end of the stream is none.
                if (count == buffer.Length || _hungUp)
                    _reading.StillReady();
                return (int)count;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Epoll.WouldBlock)
                return -1;
            if (error != Epoll.Interrupted)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    /// <returns>How much was taken; less than all of it when the other end is slow.</returns>
    private unsafe int TrySend(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            _writing.Trying();
            nint count;
            fixed (byte* start = bytes)
                count = Epoll.Send(_handle, start + sent, bytes.Length - sent, Epoll.NoSignal);
            if (count >= 0)
            {
                sent += (int)count;
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Epoll.WouldBlock)
                break;
            if (error != Epoll.Interrupted)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }

        return sent;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveLaterAsync(Memory<byte> buffer)
    {
        int count;
        do
            await _reading.WaitAsync();
        while ((count = TryReceive(buffer.Span)) < 0);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> SendLaterAsync(ReadOnlyMemory<byte> bytes)
    {
        int sent;
        do
            await _writing.WaitAsync();
        while ((sent = TrySend(bytes.Span)) == 0);
        return sent;
    }
}
