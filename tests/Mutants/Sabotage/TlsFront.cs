using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CoralMux.Mutants.Sabotage;

/// <summary>A proxy between the harness and a healthy relay that is reached by wss. Without orders it forwards every byte as it comes.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private const int RecordHeader = 5;
    private const byte Handshake = 22, ServerHello = 2;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public TlsFront()
    {
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where the relay listens.</summary>
    public required Uri Relay { get; init; }

    /// <summary>Certificate and key of the relay, PEM files.</summary>
    public required (string Certificate, string Key) Files { get; init; }

    /// <summary>Given the version that a ClientHello names as its highest (0x0301 is TLS 1.0): whether a ServerHello of that version is the answer.</summary>
    public Func<int, bool> Grants { get; set; } = _ => false;

    /// <summary>The versions that are spoken here, in place of the relay's own.</summary>
    public SslProtocols? Speaks { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var _ = client;
            using var relay = new TcpClient();
            await relay.ConnectAsync(Relay.Host, Relay.Port, _stop.Token);
            Stream near = client.GetStream(), far = relay.GetStream();
            if (Speaks is { } versions)
            {
                using var certificate = X509Certificate2.CreateFromPemFile(Files.Certificate, Files.Key);
                var ours = new SslStream(near);
                await ours.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = versions }, _stop.Token);
                var theirs = new SslStream(far);
#pragma warning disable CA5359 // The relay that this very process started.
                await theirs.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = Relay.Host, RemoteCertificateValidationCallback = (_, _, _, _) => true }, _stop.Token);
#pragma warning restore CA5359
                (near, far) = (ours, theirs);
            }
            else
            {
                // Record header, handshake header, client_version (RFC 5246 §7.4.1.2).
                var hello = new byte[RecordHeader + 6];
                await near.ReadExactlyAsync(hello, _stop.Token);
                var version = (hello[^2] << 8) | hello[^1];
                if (Grants(version))
                {
                    await near.WriteAsync(Answer(version), _stop.Token);
                    await near.CopyToAsync(Stream.Null, _stop.Token);
                    return;
                }

                await far.WriteAsync(hello, _stop.Token);
            }

            var up = near.CopyToAsync(far, _stop.Token);
            var down = far.CopyToAsync(near, _stop.Token);
            await Task.WhenAny(up, down);
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
        {
            // Either side left.
        }
    }

    // A ServerHello with TLS_RSA_WITH_AES_128_CBC_SHA, without extensions (RFC 5246 §7.4.1.3).
    private static byte[] Answer(int version)
    {
        byte[] body = [(byte)(version >> 8), (byte)version, .. new byte[32], 0, 0x00, 0x2F, 0];
        byte[] message = [ServerHello, 0, 0, (byte)body.Length, .. body];
        return [Handshake, (byte)(version >> 8), (byte)version, 0, (byte)message.Length, .. message];
    }
}
