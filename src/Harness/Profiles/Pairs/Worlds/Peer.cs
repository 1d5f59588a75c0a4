using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>How a connection ended, seen from the harness.</summary>
/// <param name="CloseCode">The code of the relay's close frame, 1005 for one without a code, or null where none came.</param>
/// <param name="Reset">The TCP connection ended with a reset or in the middle of a frame.</param>
public sealed record ConnectionEnd(int? CloseCode, bool Reset, TimeSpan At) : IObserved
{
    public string Kind => CloseCode is { } code ? $"close {code}" : Reset ? "reset" : "end";

    /// <summary>Of the close frame, or of the end of TCP where there was none.</summary>
    public int? Entry { get; init; }

    public override string ToString() => CloseCode is { } code ? $"a close frame with code {code}" : Reset ? "a TCP reset, without a close frame" : "the end of the TCP connection, without a close frame";
}

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
        int? closeCode = null;
        int? closeEntry = null;
        int? firstEntry = null;
        var reset = false;
        var message = new MemoryStream();
        var isText = false;
        var isCompressed = false;
        var inside = false;
        try
        {
            while (await Connection.ReadAsync(_stop.Token) is { } frame)
            {
                if (_reading is { } pause)
                    await pause.Task.WaitAsync(_stop.Token);
                Inspect(frame);
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
                        closeEntry ??= frame.Entry;
                        closeCode ??= frame.Payload.Length >= 2 ? (frame.Payload.Span[0] << 8) | frame.Payload.Span[1] : 1005;
                        _closeFrame.TrySetResult();
                        if (AnswersClose)
                            await Connection.SendAsync(Opcode.Close, frame.Payload[..Math.Min(2, frame.Payload.Length)].ToArray(), _stop.Token);
                        break;
                    default:
                        if (inside != (frame.Opcode == Opcode.Continuation))
                            _violations.Add(Name, WellKnownRequirements.RelayFrames, "fragments in the order of RFC 6455 §5.4", $"a {frame.Opcode} frame {(inside ? "inside" : "outside")} a fragmented message");
                        if (frame.Opcode != Opcode.Continuation)
                            (isText, isCompressed, firstEntry) = (frame.Opcode == Opcode.Text, frame.Rsv == Deflate.Rsv && Connection.IsCompressed, frame.Entry);
                        if (frame.Fin && !inside)
                        {
                            await TakeAsync(new ReceivedMessage(isCompressed ? Deflate.Inflate(frame.Payload.Span) : Keep(frame.Payload), isText, _transcript.Elapsed) { Entry = firstEntry });
                            break;
                        }

                        message.Write(frame.Payload.Span);
                        inside = !frame.Fin;
                        if (frame.Fin)
                        {
                            await TakeAsync(new ReceivedMessage(isCompressed ? Deflate.Inflate(message.ToArray()) : message.ToArray(), isText, _transcript.Elapsed) { Entry = firstEntry });
                            message = new MemoryStream();
                        }

                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or ObjectDisposedException or OperationCanceledException or SocketException)
        {
            reset = true;
        }

        _ended.TrySetResult(new ConnectionEnd(closeCode, reset && closeCode is null, _transcript.Elapsed) { Entry = closeEntry ?? Connection.EndEntry });
        _messages.Writer.TryComplete();
        _notices.Writer.TryComplete();
        _pongs.Writer.TryComplete();
        _wirePongs.Writer.TryComplete();
        _wirePings.Writer.TryComplete();
    }

    // A large payload has an array of its own already.
    private static ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte> payload) => payload.Length > FrameReader.LargestBuffered ? payload : payload.ToArray();

    private void Inspect(Frame frame)
    {
        if (frame.Masked)
            _violations.Add(Name, WellKnownRequirements.RelayFrames, "a server's frames are not masked (RFC 6455 §5.1)", "a masked frame");
        if (frame.Rsv != 0 && !(frame is { Rsv: Deflate.Rsv, Opcode: Opcode.Text or Opcode.Binary } && Connection.IsCompressed))
            _violations.Add(Name, WellKnownRequirements.RelayFrames, "reserved bits are zero where no extension was negotiated (RFC 6455 §5.2)", $"reserved bits {frame.Rsv}");
        if (frame.IsControl && (!frame.Fin || frame.Payload.Length > 125))
            _violations.Add(Name, WellKnownRequirements.RelayFrames, "control frames are whole and at most 125 bytes (RFC 6455 §5.5)", $"a control frame of {frame.Payload.Length} bytes, FIN {frame.Fin}");
        if (!Enum.IsDefined(frame.Opcode))
            _violations.Add(Name, WellKnownRequirements.RelayFrames, "an opcode of RFC 6455 §11.8", $"opcode {(byte)frame.Opcode}");
    }

    private async Task TakeAsync(ReceivedMessage received)
    {
        Sort(received);
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
