using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CoralMux.Mutants.Sabotage;

/// <summary>
/// A proxy between the harness and a healthy relay. Without orders it forwards every byte as it comes; each order makes of
/// the two together a relay with one fault.
/// </summary>
internal sealed class Saboteur : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly ConcurrentDictionary<string, object> _memory = new();
    private readonly Task _accepting;

    public Saboteur()
    {
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where the healthy relay is now; it may move when it restarts.</summary>
    public required Func<Uri?> Relay { get; init; }

    /// <summary>A message from a client; passes where the order calls <see cref="Link.ToRelayAsync(Message)"/>.</summary>
    public Func<Link, Message, Task>? Up { get; set; }

    /// <summary>A message from the relay; passes where the order calls <see cref="Link.ToClientAsync(Message)"/>.</summary>
    public Func<Link, Message, Task>? Down { get; set; }

    /// <summary>A single frame from a client, before messages are put together.</summary>
    public Func<Link, Frame, Task>? UpFrame { get; set; }

    /// <summary>A single frame from the relay.</summary>
    public Func<Link, Frame, Task>? DownFrame { get; set; }

    /// <summary>A request; the second argument returns the relay's answer to it, in its state at that time.</summary>
    public Func<HttpCall, Func<Task<HttpReply>>, Task<HttpReply>>? Http { get; set; }

    /// <summary>A connection has been accepted by both sides.</summary>
    public Func<Link, Task>? Opened { get; set; }

    /// <summary>The client has ended its stream, or broken it.</summary>
    public Func<Link, Task>? Left { get; set; }

    /// <summary>The relay has ended or broken its stream; the client has not observed it yet.</summary>
    public Func<Link, Task>? Ended { get; set; }

    /// <summary>The relay has accepted the connection's auth; its answer has not been forwarded yet.</summary>
    public Func<Link, Task>? Joined { get; set; }

    /// <summary>Where true, the relay does not notice that a client ended or broke its stream.</summary>
    public bool HidesEnds { get; set; }

    /// <summary>Whose connection stays open although the relay has ended it.</summary>
    public Func<Link, bool> Keeps { get; set; } = _ => false;

    /// <summary>Part of a frame has come; by default the relay takes that for a sign of life.</summary>
    public Func<Link, Task> Trickle { get; set; } = link => link.ToRelayAsync(Frame.Of(Frame.Pong, []) with { Masked = true });

    /// <summary>The key of the pairing API.</summary>
    public string AdminKey { get; init; } = "";

    /// <summary>The largest message that the relay claims to take.</summary>
    public int MaxMessageBytes { get; init; }

    public CancellationToken Stopping => _stop.Token;

    public IEnumerable<Link> Links => _links.Keys;

    /// <summary>The authenticated connections of a token, oldest first.</summary>
    public IEnumerable<Link> Of(string? token) => Links.Where(link => link.Joined && link.Token == token).OrderBy(link => link.Number);

    /// <summary>Something remembered under a name, such as by token.</summary>
    public T Recall<T>(string key)
        where T : class, new() => (T)_memory.GetOrAdd(key, _ => new T());

    /// <summary>Adds to a count and gives it; a count begins at zero.</summary>
    public long Count(string key, long more = 1)
    {
        var box = Recall<long[][]>(key, () => [[0]]);
        return Interlocked.Add(ref box[0][0], more);
    }

    private T Recall<T>(string key, Func<T> make)
        where T : class => (T)_memory.GetOrAdd(key, _ => make());

    public void Forget() => _memory.Clear();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (var link in Links)
            link.Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                client.NoDelay = true;
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            var reader = new ByteReader(stream);
            (string Line, Fields Fields)? head;
            try
            {
                head = await reader.HeadAsync(_stop.Token);
            }
            catch (InvalidDataException)
            {
                await stream.WriteAsync(HttpReply.Of(431).Bytes(isHead: false), _stop.Token);
                client.Shutdown(SocketShutdown.Send);
                while (!(await reader.SomeAsync(ulong.MaxValue, _stop.Token)).IsEmpty) { }
                return;
            }

            if (head is not var (line, fields))
                return;
            var parts = line.Split(' ');
            var call = new HttpCall { Method = parts[0], Path = parts.ElementAtOrDefault(1) ?? "/", Fields = fields,
                ClientPort = ((IPEndPoint)client.RemoteEndPoint!).Port };
            if (int.TryParse(fields["Content-Length"], out var length))
                call.Body = await reader.ExactlyAsync(length, null, _stop.Token);

            Upstream? upstream = null;
            async Task<HttpReply> AskAsync()
            {
                upstream?.Dispose();
                upstream = await Upstream.OpenAsync(Relay() ?? throw new IOException("the relay is down"), call, _stop.Token);
                return upstream.Reply;
            }

            var reply = await (Http is null ? AskAsync() : Http(call, AskAsync));
            using var _ = upstream;
            reply.Fields["Connection"] = reply.Status == 101 ? reply.Fields["Connection"] : "close";
            await stream.WriteAsync(reply.Bytes(call.Method == "HEAD"), _stop.Token);
            if (reply.Status == 101 && upstream is not null)
                await LinkAsync(new Link(this, client, reader, upstream, call));
            else
                client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            client.Dispose();
        }
    }

    private async Task LinkAsync(Link link)
    {
        _links[link] = true;
        try
        {
            if (Opened is not null)
                await Opened(link);
            await link.RunAsync();
        }
        finally
        {
            _links.TryRemove(link, out _);
        }
    }
}
