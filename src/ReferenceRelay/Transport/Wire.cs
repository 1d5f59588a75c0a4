using System.Net.Sockets;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>The bytes of one connection, after the handshake. One reader and one writer at a time. A failure of the network is an
/// <see cref="IOException"/>.</summary>
internal abstract class Wire
{
    public static Wire Of(Socket socket, bool continueElsewhere) =>
        Epoll.IsSupported ? new EpollSocket(socket, continueElsewhere) : new SocketWire(socket);

    /// <summary>Completes when a receive would not wait; until then no buffer is held.</summary>
    public abstract ValueTask WaitReadableAsync();

    /// <summary>0 at the end of the stream.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends as much as is taken at once, and at least one byte; says how much.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Bytes sent that the other end has not confirmed; -1 when that cannot be known.</summary>
    public virtual int Unconfirmed => -1;

    /// <summary>Bytes that have come and were not received yet; 0 also when that cannot be known.</summary>
    public virtual int Unread => 0;

    /// <summary>Informs the other end that nothing follows.</summary>
    public abstract void ShutdownSend();

    /// <summary>Ends the connection at once; pending calls fail. May be called at any time, and more than once.</summary>
    public abstract void Abort();
}
