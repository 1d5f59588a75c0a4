using System.Net.Sockets;

namespace CoralMux.ReferenceRelay.Transport;

internal sealed class SocketWire(Socket socket) : Wire
{
    public override async ValueTask WaitReadableAsync() => await socket.ReceiveAsync(Memory<byte>.Empty);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        ValueTask<int> sending = socket.SendAsync(bytes);
        if (!sending.IsCompletedSuccessfully)
            return SendAllAsync(sending, bytes);

        int sent = sending.GetAwaiter().GetResult();
        return sent == bytes.Length ? ValueTask.CompletedTask : SendRestAsync(bytes[sent..]);
    }

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

    private async ValueTask SendAllAsync(ValueTask<int> first, ReadOnlyMemory<byte> bytes) =>
        await SendRestAsync(bytes[await first..]);

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }
}
