using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>A connection as Kestrel sees it while it speaks HTTP. Nothing reads ahead of Kestrel, so after the upgrade the bare socket can be taken
/// away from it, and Kestrel forgets the connection with all the memory HTTP needs.</summary>
internal sealed class RelayConnectionContext : ConnectionContext, IDuplexPipe
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    private readonly CancellationTokenSource _closed = new();
    private readonly Wire _wire;
    private bool _detached;

    /// <param name="wire">What the connection is once it has been upgraded.</param>
    /// <param name="stream">The same as Kestrel reads it.</param>
    public RelayConnectionContext(Socket socket, Wire wire, Stream stream, bool tls)
    {
        _wire = wire;
        Input = PipeReader.Create(stream, ReaderOptions);
        Output = new HttpOutput(PipeWriter.Create(stream, WriterOptions));
        Transport = this;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Features.Set(this);
        if (tls)
            Features.Set<ITlsConnectionFeature>(new TlsFeature());
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>Takes the connection over from Kestrel, after the upgrade.</summary>
    /// <returns>The bare connection, and what the client had already sent behind its handshake.</returns>
    public async ValueTask<(Wire Wire, byte[] Received)> DetachAsync()
    {
        // A cancelled read hands over what was buffered behind the handshake and touches no socket.
        Input.CancelPendingRead();
        var rest = await Input.ReadAsync();
        var received = rest.Buffer.ToArray();
        Input.AdvanceTo(rest.Buffer.End);
        _detached = true;
        return (_wire, received);
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (!_detached)
            _wire.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Input.CompleteAsync();
        await Output.CompleteAsync();
        _closed.Dispose();
        if (_detached)
            return;

        _wire.ShutdownSend();
        _wire.Abort();
    }

    private sealed class TlsFeature : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
