using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CoralMux.Harness.Tests.Targets;

/// <summary>A small reverse proxy: requires a header, and removes a path prefix before it forwards a request.</summary>
public sealed class PrefixProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _prefix;
    private readonly string _header;
    private readonly int _behind;
    private readonly Task _accepting;
    private int _passed;
    private int _refused;

    public PrefixProxy(string prefix, string header, int behind)
    {
        (_prefix, _header, _behind) = (prefix, header, behind);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Passed => Volatile.Read(ref _passed);

    public int Refused => Volatile.Read(ref _refused);

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
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var relay = new TcpClient())
        {
            try
            {
                var front = client.GetStream();
                if (await ReadHeadAsync(front) is not { } request)
                    return;
                if (Rewrite(request) is not { } head)
                {
                    Interlocked.Increment(ref _refused);
                    await front.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
                    return;
                }

                Interlocked.Increment(ref _passed);
                await relay.ConnectAsync(IPAddress.Loopback, _behind, _stop.Token);
                var back = relay.GetStream();
                await back.WriteAsync(head, _stop.Token);
                await Task.WhenAny(front.CopyToAsync(back, _stop.Token), back.CopyToAsync(front, _stop.Token));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side left, or the test is over.
            }
        }
    }

    /// <summary>The request's head, or null where the client left before it had sent one.</summary>
    private async Task<string?> ReadHeadAsync(NetworkStream front)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await front.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    // One request for each connection, so that there is one head to rewrite.
    private byte[]? Rewrite(string head)
    {
        var lines = head.Split("\r\n");
        var request = lines[0].Split(' ');
        if (!request[1].StartsWith(_prefix + "/", StringComparison.Ordinal) || !lines.Contains(_header, StringComparer.OrdinalIgnoreCase))
            return null;
        lines[0] = $"{request[0]} {request[1][_prefix.Length..]} {request[2]}";
        if (!lines.Any(line => line.StartsWith("Upgrade:", StringComparison.OrdinalIgnoreCase)))
            lines[0] += "\r\nConnection: close";
        return Encoding.Latin1.GetBytes(string.Join("\r\n", lines));
    }
}
