using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>
/// One connection that speaks the protocol. What it receives is sorted into lanes as it comes (notices, pongs, the
/// rest), so that a scenario can wait for one kind without losing another.
/// </summary>
public sealed class Peer : IAsyncDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Channel<ReceivedMessage> _messages = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly Channel<ReceivedMessage> _notices = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly Channel<ReceivedMessage> _pongs = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly Channel<byte[]> _wirePongs = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<byte[]> _wirePings = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource<ConnectionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closeFrame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ReceivedMessage> _received = [];
    private readonly List<(string Hash, TaskCompletionSource<ReceivedMessage> Arrival)> _awaited = [];
    private readonly Transcript _transcript;
    private readonly ViolationLog _violations;
    private readonly EnvelopeFactory _envelopes;
    private readonly Task _pump;
    private volatile TaskCompletionSource? _reading;
    private bool _isAuthenticated; // only the pump
    private (int? Code, int? Entry)? _close; // only the pump

    public Peer(string name, string role, string token, WireConnection connection, Transcript transcript, ViolationLog violations, EnvelopeFactory envelopes)
    {
        Name = name;
        Role = role;
        Token = token;
        Connection = connection;
        _transcript = transcript;
        _violations = violations;
        _envelopes = envelopes;
        _pump = Task.Run(PumpAsync);
    }

    public string Name { get; }

    /// <summary>The role as the target spells it.</summary>
    public string Role { get; }

    public string Token { get; }

    public WireConnection Connection { get; }

    /// <summary>Before its TCP connection was begun, since the scenario began.</summary>
    public TimeSpan DialedAt { get; init; }

    /// <summary>Whether the harness answers the relay's pings, WebSocket's and envelopes (KEEP-10); a frozen peer does not.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Whether the harness answers the relay's close frame at once.</summary>
    public bool AnswersClose { get; set; } = true;

    /// <summary>Gets each message in the order of arrival, whatever its kind, and is waited for before the next is read. To be set before auth is sent.</summary>
    public Func<ReceivedMessage, Task>? Listener { get; set; }

    /// <summary>Completes when the connection is over.</summary>
    public Task<ConnectionEnd> Ended => _ended.Task;

    /// <summary>Everything received so far, in order; of large messages the start and the hash.</summary>
    public IReadOnlyList<ReceivedMessage> Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    public Task SendAsync(Envelope envelope, CancellationToken cancellationToken) =>
        Connection.SendAsync(Opcode.Text, envelope.Bytes, cancellationToken);

    public Task SendTextAsync(string text, CancellationToken cancellationToken) =>
        Connection.SendAsync(Opcode.Text, Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>The next message that is neither a <c>status</c> nor a <c>pong</c>.</summary>
    /// <exception cref="ExpectationException">None came in time, or the connection ended.</exception>
    public Task<ReceivedMessage> NextMessageAsync(Sentence expected, Deadline deadline) => NextAsync(_messages.Reader, expected, deadline);

    /// <summary>The next <c>status</c>.</summary>
    public Task<ReceivedMessage> NextNoticeAsync(Sentence expected, Deadline deadline) => NextAsync(_notices.Reader, expected, deadline);

    /// <summary>The next <c>pong</c> envelope.</summary>
    public Task<ReceivedMessage> NextPongAsync(Sentence expected, Deadline deadline) => NextAsync(_pongs.Reader, expected, deadline);

    /// <summary>The payload of the next WebSocket pong frame.</summary>
    public Task<byte[]> NextWirePongAsync(Sentence expected, Deadline deadline) => NextAsync(_wirePongs.Reader, expected, deadline);

    /// <summary>The payload of the next WebSocket ping frame that the relay sent.</summary>
    public Task<byte[]> NextWirePingAsync(Sentence expected, Deadline deadline) => NextAsync(_wirePings.Reader, expected, deadline);

    /// <summary>Completes when a message of this hash has arrived, waited for or not.</summary>
    public Task<ReceivedMessage> ArrivalOf(string hash)
    {
        lock (_received)
        {
            if (_received.FirstOrDefault(message => message.Hash == hash) is { } there)
                return Task.FromResult(there);
            var arrival = new TaskCompletionSource<ReceivedMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((hash, arrival));
            return arrival.Task;
        }
    }

    /// <summary>From now on nothing is taken off the socket, until <see cref="ReadAgain"/>: a peer that froze.</summary>
    public void StopReading() => _reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReadAgain() => _reading?.TrySetResult();

    /// <summary>A message that has come and was not waited for yet, or null.</summary>
    public ReceivedMessage? Unread() => _messages.Reader.TryRead(out var message) ? message : null;

    /// <summary>A notice that has come and was not waited for yet, or null.</summary>
    public ReceivedMessage? UnreadNotice() => _notices.Reader.TryRead(out var notice) ? notice : null;

    /// <summary>Waits for the end of the connection.</summary>
    /// <exception cref="ExpectationException">It is still open when the time is up.</exception>
    public async Task<ConnectionEnd> EndAsync(Sentence expected, Deadline deadline)
    {
        try
        {
            return await Ended.WaitAsync(deadline.Remaining, deadline.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ExpectationException(expected, $"the {Name}'s connection is still open after {deadline}");
        }
    }

    /// <summary>Waits for the relay's close frame; the connection may last.</summary>
    public async Task CloseFrameAsync(Sentence expected, Deadline deadline)
    {
        try
        {
            await Task.WhenAny(_closeFrame.Task, Ended).WaitAsync(deadline.Remaining, deadline.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ExpectationException(expected, $"the {Name} received none within {deadline}");
        }
    }

    /// <summary>Closes as RFC 6455 §7.1.2 has it: close frame, then the relay's, then TCP.</summary>
    public async Task CloseAsync(int code, Deadline deadline)
    {
        await Connection.SendAsync(Opcode.Close, new byte[] { (byte)(code >> 8), (byte)code }, deadline.CancellationToken);
        await EndAsync("the relay answers the close frame and ends the connection", deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Connection.DisposeAsync();
        await _pump;
        Connection.EndReading();
        _stop.Dispose();
    }

    private async Task<T> NextAsync<T>(ChannelReader<T> lane, Sentence expected, Deadline deadline)
    {
        using var timeout = deadline.StartTimer();
        try
        {
            return await lane.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!deadline.CancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException(expected, $"{new Silence(Name, deadline.Remaining, Last())}");
        }
        catch (ChannelClosedException)
        {
            throw new ExpectationException(expected, $"the {Name}'s connection was ended by the relay with {await Ended}");
        }
    }

    private ReceivedMessage? Last()
    {
        lock (_received)
            return _received is [.., var last] ? last : null;
    }

    private async Task PumpAsync()
    {
        var reset = false;
        var frames = new FrameAssembler(Name, Connection.IsCompressed, _transcript, _violations);
        try
        {
            while (await Connection.ReadAsync(_stop.Token) is { } frame)
            {
                if (_reading is { } pause)
                    await pause.Task.WaitAsync(_stop.Token);
                if (frame.IsControl)
                    await AnswerAsync(frame);
                if (frames.Add(frame) is { } message)
                    await TakeAsync(message);
            }
        }
        catch (Exception exception)
            when (exception is IOException or InvalidDataException or ObjectDisposedException or OperationCanceledException or SocketException)
        {
            reset = true;
        }

        var (code, entry) = _close ?? (null, Connection.EndEntry);
        _ended.TrySetResult(new ConnectionEnd(code, reset && code is null, _transcript.Elapsed) { Entry = entry });
        _messages.Writer.TryComplete();
        _notices.Writer.TryComplete();
        _pongs.Writer.TryComplete();
        _wirePongs.Writer.TryComplete();
        _wirePings.Writer.TryComplete();
    }

    private async Task AnswerAsync(Frame frame)
    {
        switch (frame.Opcode)
        {
            case Opcode.Ping:
                _wirePings.Writer.TryWrite(frame.Payload.ToArray());
                if (AnswersPings)
                    await Connection.SendAsync(Opcode.Pong, frame.Payload.ToArray(), _stop.Token);
                break;
            case Opcode.Pong:
                _wirePongs.Writer.TryWrite(frame.Payload.ToArray());
                break;
            case Opcode.Close:
                _close ??= (frame.Payload.Length >= 2 ? (frame.Payload.Span[0] << 8) | frame.Payload.Span[1] : 1005, frame.Entry);
                _closeFrame.TrySetResult();
                if (AnswersClose)
                    await Connection.SendAsync(Opcode.Close, frame.Payload[..Math.Min(2, frame.Payload.Length)].ToArray(), _stop.Token);
                break;
        }
    }

    private async Task TakeAsync(ReceivedMessage received)
    {
        Sort(received);
        if (Listener is { } listener)
            await listener(received);
        _isAuthenticated |= received.Type == "auth.ok";
        if (received.Type == "ping" && _isAuthenticated && AnswersPings)
            await SendAsync(_envelopes.Create("pong", "{}"), _stop.Token);
    }

    private void Sort(ReceivedMessage received)
    {
        if (!received.IsText)
            _violations.Add(Name, WellKnownRequirements.TextMessages, "envelopes are delivered as text", $"a binary message: {received}");
        try
        {
            StrictUtf8.GetCharCount(received.Bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            _violations.Add(Name, WellKnownRequirements.ValidUtf8, "only valid UTF-8 is delivered", "a text message that is not");
        }

        lock (_received)
        {
            _received.Add(received.ForMemory());
            foreach (var (_, arrival) in _awaited.Where(awaited => awaited.Hash == received.Hash))
                arrival.TrySetResult(received);
        }

        var lane = received.Type switch { "status" => _notices, "pong" => _pongs, "ping" => null, _ => _messages };
        lane?.Writer.TryWrite(received);
    }
}
