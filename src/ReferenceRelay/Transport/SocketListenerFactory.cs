using System.Net;
using System.Net.Sockets;
using CoralMux.ReferenceRelay.Basics;
using Microsoft.AspNetCore.Connections;

namespace CoralMux.ReferenceRelay.Transport;

/// <summary>Kestrel's listeners, built so that an upgraded connection can leave Kestrel. They listen before Kestrel asks for them, because it would
/// log a stack trace where an operator needs a sentence.</summary>
internal sealed class SocketListenerFactory(ServerTls? tls) : IConnectionListenerFactory, IDisposable
{
    private const int Backlog = 4096;

    private readonly List<(EndPoint Asked, SocketListener Listener)> _listening = [];

    /// <exception cref="StartException">The address cannot be had.</exception>
    public void Listen(IPEndPoint address, string flag)
    {
        try
        {
            _listening.Add((address, new SocketListener(Bind(address), tls)));
        }
        catch (SocketException error)
        {
            var problem = error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens there",
                SocketError.AddressNotAvailable => "this machine has no such address",
                SocketError.AccessDenied => "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE",
                _ => error.Message,
            };
            throw new StartException($"cannot listen on {address} ({flag}): {problem}", error);
        }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var index = _listening.FindIndex(one => one.Asked.Equals(endpoint));
        var listener = _listening[index].Listener;
        _listening.RemoveAt(index);
        return ValueTask.FromResult<IConnectionListener>(listener);
    }

    public void Dispose() => _listening.ForEach(one => one.Listener.Close());

    private static Socket Bind(IPEndPoint address)
    {
        if (address.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6)
            address = new IPEndPoint(IPAddress.Any, address.Port);

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
