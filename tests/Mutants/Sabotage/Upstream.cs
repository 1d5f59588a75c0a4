using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace CoralMux.Mutants.Sabotage;

/// <summary>The saboteur's own connection to the healthy relay, with the relay's answer to one request.</summary>
internal sealed class Upstream : IDisposable
{
    private readonly NetworkStream _stream;

    private Upstream(Socket socket)
    {
        Socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Reader = new ByteReader(_stream);
    }

    public Socket Socket { get; }

    public ByteReader Reader { get; }

    public HttpReply Reply { get; private set; } = null!;

    public static async Task<Upstream> OpenAsync(Uri relay, HttpCall call, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(relay.Host, relay.Port, cancellationToken);
            var upstream = new Upstream(socket);
            if (!call.IsHandshake)
                call.Fields["Connection"] = "close";
            await upstream._stream.WriteAsync(call.Bytes(), cancellationToken);
            upstream.Reply = await upstream.ReadReplyAsync(call.Method == "HEAD", cancellationToken);
            return upstream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _stream.Dispose();

    private async Task<HttpReply> ReadReplyAsync(bool isHead, CancellationToken cancellationToken)
    {
        var (line, fields) = await Reader.HeadAsync(cancellationToken) ?? throw new EndOfStreamException();
        var reply = new HttpReply { Status = int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture), Fields = fields };
        if (reply.Status is 101 or 204 || isHead)
            return reply;
        if (int.TryParse(fields["Content-Length"], out var length))
        {
            reply.Body = await Reader.ExactlyAsync(length, null, cancellationToken);
            return reply;
        }

        var body = new List<byte>();
        while (await Reader.SomeAsync(ulong.MaxValue, cancellationToken) is { IsEmpty: false } some)
            body.AddRange(some.Span);
        reply.Body = fields["Transfer-Encoding"] is null ? [.. body] : Unchunk(Encoding.Latin1.GetString([.. body]));
        fields["Transfer-Encoding"] = null;
        return reply;
    }

    private static byte[] Unchunk(string chunks)
    {
        var whole = new StringBuilder();
        for (var at = 0; at < chunks.Length;)
        {
            var end = chunks.IndexOf("\r\n", at, StringComparison.Ordinal);
            var size = int.Parse(chunks.AsSpan(at, end - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                break;
            whole.Append(chunks, end + 2, size);
            at = end + 2 + size + 2;
        }

        return Encoding.Latin1.GetBytes(whole.ToString());
    }
}
