using System.Runtime.CompilerServices;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>A connection under TLS.</summary>
internal sealed class StreamWire(Stream stream, Wire inner) : Wire
{
    /// <summary>At once; what is encrypted waits in a buffer of its own.</summary>
    private const int MaxRecords = 64 * 1024;

    public override async ValueTask WaitReadableAsync() => _ = await stream.ReadAsync(Memory<byte>.Empty);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public override int Unconfirmed => inner.Unconfirmed;

    public override int Unread => inner.Unread;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, MaxRecords)];
        await stream.WriteAsync(bytes);
        return bytes.Length;
    }

    public override void ShutdownSend() => inner.ShutdownSend();

    public override void Abort()
    {
        inner.Abort();
        stream.Dispose();
    }
}
