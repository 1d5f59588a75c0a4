namespace CoralMux.ReferenceRelay.Transport;

/// <summary>A connection under TLS.</summary>
internal sealed class StreamWire(Stream stream, Wire inner) : Wire
{
    public override async ValueTask WaitReadableAsync() => _ = await stream.ReadAsync(Memory<byte>.Empty);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    public override void ShutdownSend() => inner.ShutdownSend();

    public override void Abort()
    {
        inner.Abort();
        stream.Dispose();
    }
}
