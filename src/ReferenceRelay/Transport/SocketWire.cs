using System.Net.Sockets;

namespace CoralMux.ReferenceRelay.Transport;

internal sealed class SocketWire(Socket socket) : Wire
{
    public override async ValueTask WaitReadableAsync() => await socket.ReceiveAsync(Memory<byte>.Empty);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => socket.SendAsync(bytes);

    public override void ShutdownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }

    public override void Abort() => socket.Dispose();
}
