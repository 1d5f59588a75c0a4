using System.Security.Cryptography;
using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>One scenario's world: its tokens, its peers by name, what was sent last, and everything seen on the wire.</summary>
public sealed class World(PairsRun pairs, string scenario, CancellationToken cancellationToken) : IWorld
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Peer> _peers = []; // guarded by _gate: pairs may connect side by side
    private readonly Dictionary<string, TokenLease> _tokens = []; // guarded by _gate
    private readonly List<TokenLease> _borrowed = []; // before the scenario had a relay of its own
    private readonly SentLog _sent = new();
    private OwnRelay? _own;

    /// <summary>The relay that the scenario speaks of: the one under test, or one of its kind that was started for the scenario.</summary>
    public Target Target => _own?.Target ?? pairs.Context.Target;

    private TokenSource Tokens => _own?.Tokens ?? pairs.Tokens;

    /// <summary>What the relay's clock says.</summary>
    public DateTimeOffset RelayNow => pairs.Context.Time.GetUtcNow() + (_own?.Relay.ClockOffset ?? TimeSpan.Zero);

    /// <summary>The relay's day (UTC) on which the scenario counts; another one takes the usage with it.</summary>
    public DateTime Day { get; private set; } = pairs.Context.Time.GetUtcNow().UtcDateTime.Date;

    /// <summary>The longest time that this program came late since the moment given.</summary>
    public TimeSpan WorstStallSince(TimeSpan at) => pairs.Context.Stalls.WorstWithin(Transcript.Elapsed - at);

    public TimeProvider Time => pairs.Context.Time;

    public SchemaCatalog Schemas => pairs.Context.Schemas;

    /// <summary>Seeded by the run and the scenario: the same whatever else runs beside it.</summary>
    public Random Random { get; } = new(pairs.Context.Seed ^ BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(scenario))));

    /// <summary>A word that stands nowhere else, to see where a payload turns up.</summary>
    public string Canary => field ??= $"canary-{Random.NextInt64():x16}";

    /// <summary>What no answer, metric or URL may show.</summary>
    public IEnumerable<string> Secrets => [.. Leases.Select(lease => lease.Value), Canary, .. Target.Description.AdminKey is { Length: >= ShortestTelling } key ? new[] { key } : []];

    // A shorter admin key may stand in any text by chance.
    private const int ShortestTelling = 8;

    public EnvelopeFactory Envelopes => field ??= new EnvelopeFactory(pairs.Context.Time, Random);

    public Transcript Transcript { get; } = new(pairs.Context.Time);

    public ViolationLog Violations { get; } = new();

    public Deadline Deadline => new(pairs.Context.Patience, cancellationToken);

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>What the time gone by lets through beyond a burst.</summary>
    public RateMargin Rates { get; } = new();

    /// <summary>
    /// A message passed that should have found an empty bucket. Too little time gone by: the relay is to blame. Enough for
    /// it: nobody can tell.
    /// </summary>
    /// <exception cref="InconclusiveException">The bucket may have gained a message meanwhile.</exception>
    public void ExpectBeyondRate(PeerName peer)
    {
        var rate = Target.Limits.RatePerMinute(peer.Role);
        if (Rates.Allowed(peer, rate, Transcript.Elapsed) is { } allowed && Rates.Accepted(peer, Peers.Select(one => (PeerName.Parse(one.Name), one.Received)), _sent.IsForwarded) is var accepted && accepted <= allowed)
            throw new InconclusiveException($"{accepted} messages of the {peer.Role} were accepted, and in the time that took the bucket of {rate} a minute allows {allowed}: the limit cannot be told from its refill");
    }

    /// <summary>The envelope or text that was sent last: what a scenario calls "it".</summary>
    public SentMessage? LastSent { get; private set; }

    /// <summary>All peers of the scenario, replaced ones included.</summary>
    public IEnumerable<Peer> Peers
    {
        get
        {
            lock (_gate)
                return [.. _peers.Values];
        }
    }

    private IReadOnlyList<TokenLease> Leases
    {
        get
        {
            lock (_gate)
                return [.. _tokens.Values];
        }
    }

    private TokenLease? LeaseOf(string group)
    {
        lock (_gate)
            return _tokens.GetValueOrDefault(group);
    }

    /// <summary>The relay's answer over HTTP that came last.</summary>
    public HttpExchange? LastAnswer { get; set; }

    /// <summary>The error that came last.</summary>
    public ReceivedMessage? LastError { get; set; }

    /// <summary>The token of a group of peers, made when it is first asked for.</summary>
    public async Task<string> TokenAsync(string group)
    {
        if (LeaseOf(group) is { } held)
            return held.Value;
        var lease = await Tokens.TakeAsync(Leases.Count, Transcript, cancellationToken);
        lock (_gate)
            _tokens[group] = lease;
        return lease.Value;
    }

    /// <summary>Has tokens registered where they can be had in no other way.</summary>
    public Task RegisterTokensAsync() => pairs.Tokens.RegisterAsync(Transcript, cancellationToken);

    /// <summary>Bytes that the quota of a group's token had counted before this scenario.</summary>
    public long UsedBefore(string group) => LeaseOf(group)?.UsedBytes ?? 0;

    /// <summary>Whether tokens are few and go to other scenarios after this one.</summary>
    public bool SharesTokens => Tokens.Pool is not null;

    /// <summary>How often a random case that fails is run again at most.</summary>
    public int ShrinkingEffort => pairs.Context.ShrinkingEffort;

    /// <summary>Whether this run's tokens took this address's registrations of the hour.</summary>
    public bool HasRegistered => Tokens.IsRegistered;

    public Peer? Find(string name)
    {
        lock (_gate)
            return _peers.GetValueOrDefault(name);
    }

    /// <summary>A peer of the scenario that has connected.</summary>
    public Peer Peer(PeerName name) =>
        Find(name.Name) ?? throw new InvalidOperationException($"The scenario speaks of the {name.Name}, who has not connected.");

    /// <summary>Whether the peer has connected, with its group's token, to the relay that the scenario speaks of by now.</summary>
    public bool HasConnected(PeerName name) => Find(name.Name) is { } peer && LeaseOf(name.Group)?.Value == peer.Token;

    /// <summary>All connections at the other end of a peer's token, replaced ones included.</summary>
    public IEnumerable<Peer> PeersFacing(PeerName name) =>
        Peers.Where(peer => PeerName.Parse(peer.Name) is var other && other.Group == name.Group && other.Role != name.Role);

    /// <summary>Opens a WebSocket and authenticates nothing.</summary>
    public async Task<Peer> OpenAsync(PeerName name) => await OpenAsync(name, await TokenAsync(name.Group));

    public Task<Peer> OpenAsync(PeerName name, string token) => OpenAsync(name, token, Target.Endpoint);

    /// <summary>Opens a WebSocket at an endpoint that differs from the target's own, such as by a query.</summary>
    public async Task<Peer> OpenAsync(PeerName name, string token, WireEndpoint endpoint)
    {
        using var timeout = Deadline.StartTimer();
        try
        {
            var dialed = Transcript.Elapsed;
            var connection = await WireConnection.OpenAsync(endpoint, name.Name, Transcript, timeout.Token);
            var peer = new Peer(name.Name, Target.RoleName(name.Role), token, connection, Transcript, Violations, Envelopes) { DialedAt = dialed };
            lock (_gate)
            {
                if (_peers.Remove(name.Name, out var former))
                    _peers[$"{name.Name} before {_peers.Count}"] = former;
                return _peers[name.Name] = peer;
            }
        }
        catch (Exception exception) when (exception is HandshakeException or IOException or System.Net.Sockets.SocketException)
        {
            throw new ExpectationException($"the relay accepts a WebSocket at {Target.Endpoint.Url}", exception.Message, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException($"the relay accepts a WebSocket at {Target.Endpoint.Url}", $"no answer to the handshake within {Deadline}");
        }
    }

    /// <summary>Opens a WebSocket and authenticates with the group's token; returns the <c>auth.ok</c>.</summary>
    public async Task<ReceivedMessage> ConnectAsync(PeerName name)
    {
        var peer = await OpenAsync(name);
        await SendAsideAsync(name, Auth(peer.Token, peer.Role));
        var answer = await peer.NextMessageAsync("auth.ok", Deadline);
        return answer.Type == "auth.ok" ? answer : throw new ExpectationException("auth.ok", $"the {name.Name} received {answer}");
    }

    public Envelope Auth(string token, string role) =>
        Envelopes.Create("auth", $$"""{"token":{{Json.Quote(token)}},"role":{{Json.Quote(role)}}}""");

    public Task SendAsync(PeerName name, Envelope envelope) => SendAsync(name, envelope.Bytes, Opcode.Text);

    /// <summary>Sends one message in one frame and remembers it.</summary>
    public async Task SendAsync(PeerName name, ReadOnlyMemory<byte> message, Opcode opcode)
    {
        var peer = Peer(name);
        Remember(peer, message);
        await Guard(() => peer.Connection.SendAsync(opcode, message, cancellationToken));
    }

    /// <summary>Remembers a message that a step sends in its own way, so that its arrival anywhere is understood.</summary>
    public void Remember(Peer peer, ReadOnlyMemory<byte> message)
    {
        LastSent = new SentMessage(peer.Name, peer.Token, message);
        _sent.Add(LastSent);
        CountUse(peer);
    }

    private string RoleOf(Peer peer) => peer.Role == Target.RoleName("agent") ? "agent" : "phone";

    // Whatever it was that was sent: a relay may charge for more than it should.
    private void CountUse(Peer peer)
    {
        foreach (var lease in Leases.Where(lease => lease.Value == peer.Token))
            lease.Use.Count(RoleOf(peer));
    }

    // Traffic of the harness's own: understood when it arrives, but never what a scenario calls "it".
    private async Task SendAsideAsync(PeerName name, Envelope envelope)
    {
        var peer = Peer(name);
        _sent.Add(new SentMessage(peer.Name, peer.Token, envelope.Bytes));
        if (envelope.Type != "auth")
            CountUse(peer);
        await Guard(() => peer.SendAsync(envelope, cancellationToken));
    }

    /// <summary>A text of a scenario with <c>&lt;id&gt;</c> and <c>&lt;ts&gt;</c> filled in.</summary>
    public string Fill(string text) => text
        .Replace("<id>", Envelopes.NewId(), StringComparison.Ordinal)
        .Replace("<ts>", pairs.Context.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Runs a send; that the relay has already closed is for the next expectation to say.</summary>
    public async Task Guard(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Transcript.Note("harness", $"could not send: {exception.Message}");
        }
    }

    /// <summary>
    /// Sends one message each way; each must be the very next message the other receives. So it is a positive control,
    /// a liveness check, and a fence: whatever had slipped through before would have come first.
    /// </summary>
    public async Task RelayBothWaysAsync(PeerName phone, PeerName agent)
    {
        await RelayAsync(phone, agent, Envelopes.Sample("chat.send"));
        await RelayAsync(agent, phone, Envelopes.Sample("chat.done"));
    }

    private async Task RelayAsync(PeerName from, PeerName to, Envelope envelope)
    {
        await SendAsideAsync(from, envelope);
        var received = await Peer(to).NextMessageAsync($"the {from.Name}'s {envelope.Type} {envelope.Id}", Deadline);
        ExpectSame(to, envelope.Bytes, received);
    }

    /// <summary>The message received is the one sent, byte for byte.</summary>
    public static void ExpectSame(PeerName to, ReadOnlyMemory<byte> sent, ReceivedMessage received)
    {
        if (received.Bytes.Span.SequenceEqual(sent.Span))
            return;

        var start = Encoding.UTF8.GetString(sent.Span[..Math.Min(160, sent.Length)]);
        throw new ExpectationException($"the {to.Name} receives byte for byte ({sent.Length} bytes) {start}", $"the {to.Name} received {received}");
    }

    /// <summary>Waits no less than that. A timer alone may fire early by a tick of its coarse clock, and a relay is then right to say no.</summary>
    public async Task WaitAsync(TimeSpan duration)
    {
        var began = pairs.Context.Time.GetTimestamp();
        var ends = RelayNow + duration;
        while (duration - pairs.Context.Time.GetElapsedTime(began) is { Ticks: > 0 } left)
            await Task.Delay(left < ShortestTimer ? ShortestTimer : left, pairs.Context.Time, cancellationToken);
        EnterDay(ends);
    }

    // From here on the scenario knows that it may be another day.
    private void EnterDay(DateTimeOffset now)
    {
        if (now.UtcDateTime.Date != Day)
            (Day, DayBegan) = (now.UtcDateTime.Date, Transcript.Elapsed);
    }

    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    /// <summary>A round trip to the relay itself: what it had in hand for this peer before has arrived after it.</summary>
    public async Task FenceAsync(PeerName name)
    {
        var peer = Peer(name);
        await SendAsideAsync(name, Envelopes.Sample("ping"));
        await peer.NextPongAsync($"the relay answers the {name.Name}'s ping with pong", Deadline);
    }

    /// <summary>The same where a connection may be over or about to end: then nothing of it is on its way any more, and no pong is owed.</summary>
    public async Task TryFenceAsync(PeerName name)
    {
        try
        {
            await FenceAsync(name);
        }
        catch (ExpectationException)
        {
            // Whether it answers is not the question here.
        }
    }

    public IEnumerable<Party> Cast => Peers.DistinctBy(peer => peer.Name)
        .Select(peer => new Party(peer.Name, RoleOf(peer) == "agent" ? Side.Right : Side.Left, PeerName.Parse(peer.Name).Group == PeerName.InnocentPhone.Group));

    /// <inheritdoc/>
    public bool CrossedMidnight => RelayNow.UtcDateTime.Date != Day;

    /// <summary>Judges what every scenario is judged by: nothing crossed tokens, came back, came twice, or broke a schema.</summary>
    public void Inspect()
    {
        foreach (var peer in Peers)
        {
            _sent.Inspect(peer, Schemas, Violations);
            // A description may rename the roles so that the rest can be tested; conformant it is not (CONF-04).
            if (RoleOf(peer) is var role && peer.Role != role && peer.Received.Any(received => received.Type == "auth.ok"))
                Violations.Add(peer.Name, WellKnownRequirements.Roles, $"the role {role}", $"auth.ok for the role {peer.Role}");
            if (peer.Ended is { IsCompletedSuccessfully: true, Result.CloseCode: { } code } && !CloseCodes.OfTheTable.Contains(code))
                Violations.Add(peer.Name, WellKnownRequirements.CloseCodes, "a close code of the table in section 10.3", $"{code}");
        }
    }

    /// <summary>What the quota of a group's token should have counted: all messages that its peers received from each other, on top of earlier ones.</summary>
    /// <param name="since">When the day began that is meant.</param>
    public long DeliveredBytes(string group, TimeSpan since = default, IReadOnlySet<string>? except = null) => (since == default ? UsedBefore(group) : 0) + Peers
        .Where(peer => LeaseOf(group)?.Value == peer.Token)
        .Sum(peer => peer.Received.Where(received => received.At >= since && _sent.IsForwarded(received) && except?.Contains(received.Hash) != true).Sum(received => (long)received.Length));

    /// <summary>When the relay's day began, as far as the scenario saw it begin.</summary>
    public TimeSpan DayBegan { get; private set; }

    /// <summary>Whether this run can restart the relay.</summary>
    public bool HasControl => pairs.Context.Control is not null;

    /// <summary>Restarts and stops the relay.</summary>
    /// <exception cref="NotRunException">This target gives no means for it.</exception>
    public RelayControl Control => _own?.Relay ?? pairs.Context.Control ?? throw new NotRunException("it needs to restart the relay: give the target description a restartCommand");

    private const string NoStart = "it needs a relay with other settings: give the target description a startCommand";

    /// <summary>Whether this run can start further relays.</summary>
    public bool CanStartRelays => pairs.Context.Start is not null;

    /// <summary>From now on the scenario speaks of a relay of its own, so configured, with tokens of its own.</summary>
    /// <param name="settings">Asked for when the relay is about to start: a clock does not wait.</param>
    /// <exception cref="NotRunException">This target gives no means for it.</exception>
    public async Task UseOwnRelayAsync(Func<RelaySettings> settings)
    {
        if (pairs.Context.Start is not { } start)
            throw new NotRunException(NoStart);
        await pairs.Context.Starting.WaitAsync(cancellationToken);
        try
        {
            Transcript.Note("harness", $"starts a relay of the scenario's own: {Describe(settings())}");
            _own = new OwnRelay(await start(settings(), cancellationToken));
        }
        finally
        {
            pairs.Context.Starting.Release();
        }

        _borrowed.AddRange(_tokens.Values);
        _tokens.Clear();
        EnterDay(RelayNow);
    }

    /// <summary>Starts the scenario's own relay again, with other settings and the same store.</summary>
    public async Task RestartOwnRelayAsync(Func<TimeSpan, RelaySettings> changed)
    {
        var own = _own ?? throw new NotRunException(NoStart);
        await own.Relay.StopAsync(Shutdown.Orderly, cancellationToken);
        var settings = changed(own.Relay.ClockOffset);
        Transcript.Note("harness", $"starts it again: {Describe(settings)}");
        own.Relay.Change(settings);
        await own.Relay.StartAsync(cancellationToken);
        own.Target.Dispose();
        _own = new OwnRelay(own.Relay);
        EnterDay(RelayNow);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers.Values)
            await peer.DisposeAsync();
        foreach (var lease in _borrowed.Concat(_own is null ? _tokens.Values : []))
            await pairs.Tokens.ReturnAsync(lease, pairs, cancellationToken);
        if (_own is { } own)
        {
            own.Target.Dispose();
            await own.Relay.DisposeAsync();
        }
    }

    private static string Describe(RelaySettings settings) =>
        settings.Values.Count == 0 ? "as the target is" : string.Join(", ", settings.Values.Select(pair => $"{pair.Key}={pair.Value}"));

    private sealed record OwnRelay(StartedRelay Relay)
    {
        public Target Target { get; } = Target.Create(Relay.Description);

        public TokenSource Tokens => field ??= new TokenSource(Target, TimeProvider.System);
    }
}
