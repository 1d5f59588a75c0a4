using System.Net.Sockets;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>A connection under TLS.</summary>
internal sealed class StreamWire(Stream stream, Socket socket) : Wire
{
    public override async ValueTask WaitReadableAsync() => _ = await stream.ReadAsync(Memory<byte>.Empty);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

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

    public override void Abort()
    {
        socket.Dispose();
        stream.Dispose();
    }
}
