using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace CoralMux.ReferenceRelay.Transport;

internal sealed class SocketListener : IConnectionListener
{
    private readonly Socket _socket;
    private readonly ServerTls? _tls;
    private readonly Channel<ConnectionContext> _secured = Channel.CreateUnbounded<ConnectionContext>();

    public SocketListener(Socket socket, ServerTls? tls)
    {
        _socket = socket;
        _tls = tls;
        EndPoint = socket.LocalEndPoint!;
        if (tls is not null)
            _ = AcceptSecuredAsync();
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (_tls is not null)
            return await _secured.Reader.WaitToReadAsync(cancellationToken) && _secured.Reader.TryRead(out var ready) ? ready : null;

        if (await AcceptSocketAsync() is not { } socket)
            return null;
        Wire wire = Wire.Of(socket, continueElsewhere: false);
        return new RelayConnectionContext(socket, wire, new WireStream(wire), tls: false);
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        Close();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    public void Close() => _socket.Dispose();

    /// <summary>Null when the listener was closed.</summary>
    private async ValueTask<Socket?> AcceptSocketAsync()
    {
        while (true)
        {
            try
            {
                var socket = await _socket.AcceptAsync();
                socket.NoDelay = true;
                return socket;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted, or no descriptor is free. The next may do better; yield so that a shortage does not spin.
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Handshakes run in parallel: a slow client delays no other.</summary>
    private async Task AcceptSecuredAsync()
    {
        while (await AcceptSocketAsync() is { } socket)
            _ = SecureAsync(socket);
        _secured.Writer.Complete();
    }

    private async Task SecureAsync(Socket socket)
    {
        Wire inner = Wire.Of(socket, continueElsewhere: true);
        var stream = new SslStream(new WireStream(inner));
        var wire = new StreamWire(stream, inner);
        using var timeout = new CancellationTokenSource(ServerTls.HandshakeTimeout);
        try
        {
            await stream.AuthenticateAsServerAsync(_tls!.Options, timeout.Token);
            if (_secured.Writer.TryWrite(new RelayConnectionContext(socket, wire, stream, tls: true)))
                return;
        }
        catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException or SocketException
            or ObjectDisposedException)
        {
        }

        wire.Abort();
    }
}
