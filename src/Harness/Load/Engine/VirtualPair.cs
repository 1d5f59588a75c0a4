using System.Diagnostics;
using System.Net.Sockets;
using CoralMux.Harness.Load.Decisions;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Load.Engine;

/// <summary>A virtual user: a phone and an agent on one token, their connections, and the messages between them.</summary>
internal sealed partial class VirtualPair : ITimed
{
    private const int ArriveUp = 0, ArriveDown = 1, BeginClosed = 2, RetryUp = 3, RetryDown = 4, Churn = 5, Connect = 6;
    /// <summary>Enough to see whether a relay keeps the order, few enough that a stall is told by those who wait.</summary>
    private const int OpenWindow = 4;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(20);

    private readonly ScenarioRun _scenario;
    private readonly RunState _run;
    private readonly Worker _worker;
    private readonly Measurements _measurements;
    private readonly string _token;
    private readonly int _index;
    private readonly double _phase;
    private readonly Lane _up;
    private readonly Lane _down;
    private readonly Lock _lock = new();
    private LoadConnection? _phone;
    private LoadConnection? _agent;
    private TaskCompletionSource? _pairing;      // guarded by _lock
    private bool _phoneKnows, _agentKnows;       // guarded by _lock: that the other is there
    private KeyPair? _phoneKeys, _agentKeys;     // guarded by _lock
    private EndToEndEncryption? _phoneSeal, _agentSeal;
    private long _lifeNumber;
    private long _numberUp, _numberDown;
    private long _closedUntil;
    private int _closedInFlight;

    public VirtualPair(ScenarioRun scenario, int index, string token, Worker worker, Measurements measurements)
    {
        (_scenario, _run, _index, _token, _worker, _measurements) = (scenario, scenario.Run, index, token, worker, measurements);
        _phase = ArrivalSchedule.Phase(_run.Seed, index);
        _up = new Lane(scenario.Up, scenario.Up, _run.Nonce, index, fromPhone: true, measurements, _run.Clock) { LongestMessage = scenario.LongestMessage };
        _down = new Lane(scenario.Down, scenario.Tokens, _run.Nonce, index, fromPhone: false, measurements, _run.Clock) { LongestMessage = scenario.LongestMessage };
        _month = new QuotaModel(_run.Target.Limits.MonthlyQuotaBytes, 0);
        // A model of a limit wants to know in which order it was asked.
        _up.Window = _down.Window = _run.Scores.Count > 0 ? 1 : OpenWindow;
        if (_run.Scores.Contains("rate-phone"))
            _phoneRate = new RateModel(_run.Target.Limits.RatePhonePerMinute);
        if (_run.Scores.Contains("rate-agent"))
            _agentRate = new RateModel(_run.Target.Limits.RateAgentPerMinute);
    }

    public int Index => _index;

    public string ScenarioName => _scenario.Profile.Name;

    public bool IsPaired { get; private set; }

    public bool IsDraining => _run.IsDraining;

    public int LongestMessage => _scenario.LongestMessage;

    public long BytesMoved => Volatile.Read(ref _bytesMoved);

    public QuotaModel? Quota { get; private set; }

    /// <summary>A scored quota that this pair has not used up.</summary>
    public (string Limit, QuotaModel Quota)? LineAhead =>
        Quota is { } day && day.Used < day.Quota && _run.Scores.Contains("daily-quota") ? ("daily quota", day)
        : _month.Used < _month.Quota && _run.Scores.Contains("monthly-quota") ? ("monthly quota", _month)
        : null;

    public Lane Inbound(LoadConnection connection) => connection.IsPhone ? _down : _up;

    private Lane Outbound(LoadConnection connection) => connection.IsPhone ? _up : _down;

    /// <summary>Puts the whole life of the pair on the time line.</summary>
    public void Begin(bool connected)
    {
        var clock = _run.Clock;
        var sessions = _scenario.Profile.Sessions;
        if (!connected)
        {
            var at = sessions.Life == "ramp" ? (sessions.RampMs ?? 1000) / 1000.0 * (_index % Math.Max(1, _scenario.Profile.Pairs)) / _scenario.Profile.Pairs : 0;
            _worker.Schedule(this, Connect, clock.At(at));
        }

        if (sessions.Life == "churn")
            _worker.Schedule(this, Churn, clock.At(LifeSeconds() * _phase));
        foreach (var (from, to, inFlight) in _scenario.Schedule.Closed)
            _worker.Schedule(this, BeginClosed, clock.At(from));
        if (_scenario.Flow is not ("" or "agent-to-phone"))
            ScheduleNext(ArriveUp);
        if (_scenario.Flow is "agent-to-phone" or "both")
            ScheduleNext(ArriveDown);
    }

    public void Due(long intended, int what)
    {
        switch (what)
        {
            case ArriveUp or ArriveDown:
                if (_run.IsDraining)
                    return;
                _measurements.Record(Family.OneWay, what == ArriveUp ? Way.PhoneToAgent : Way.AgentToPhone, Measure.Lag, intended, Stopwatch.GetTimestamp());
                Offer(what == ArriveUp, intended);
                ScheduleNext(what);
                (what == ArriveUp ? _phone : _agent)?.Kick();
                break;
            case BeginClosed:
                BeginClosedModel(intended);
                break;
            case RetryUp or RetryDown:
                if (Stopwatch.GetTimestamp() < _closedUntil && !_run.IsDraining)
                {
                    Offer(what == RetryUp, Stopwatch.GetTimestamp());
                    (what == RetryUp ? _phone : _agent)?.Kick();
                }

                break;
            case Connect:
                _ = ConnectAsync(intended, _run.Cancelled);
                break;
            case Churn:
                if (_run.IsDraining)
                    return;
                _ = ReconnectAsync(intended);
                _worker.Schedule(this, Churn, intended + (long)(LifeSeconds() * RunClock.Second));
                break;
        }
    }

    /// <summary>Connects both sides, each measured, and waits until both know of each other.</summary>
    /// <param name="intended">When this was due; the response times count from it.</param>
    public async Task<bool> ConnectAsync(long intended, CancellationToken cancellationToken)
    {
        TaskCompletionSource pairing;
        LoadConnection phone, agent;
        lock (_lock)
        {
            _phoneKnows = _agentKnows = false;
            _phoneKeys = _agentKeys = null;
            _phoneSeal = _agentSeal = null;
            _pairing = pairing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _phone = phone = new LoadConnection(this, true, _up, _measurements) { ReadsSlowly = false };
            _agent = agent = new LoadConnection(this, false, _down, _measurements) { ReadsSlowly = IsSlowReader };
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await Task.WhenAll(OpenAsync(phone, intended, started, patience.Token), OpenAsync(agent, intended, started, patience.Token));
            await pairing.Task.WaitAsync(patience.Token);
            var now = Stopwatch.GetTimestamp();
            _measurements.Record(Family.Pair, Way.None, Measure.Response, intended, now);
            _measurements.Record(Family.Pair, Way.None, Measure.Service, started, now);
            return true;
        }
        catch (Exception exception) when (exception is IOException or SocketException or HandshakeException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            if (!_run.IsOver && !cancellationToken.IsCancellationRequested)
                NoteConnectFailure(exception);
            phone.Drop();
            agent.Drop();
            return false;
        }
    }

    public void Leave()
    {
        _phone?.Leave();
        _agent?.Leave();
    }

    public void Drop()
    {
        _phone?.Drop();
        _agent?.Drop();
        _phoneSeal?.Dispose();
        _agentSeal?.Dispose();
    }

    private bool IsSlowReader => _scenario.Profile.Messages is { SlowReaders: > 0 } messages && ArrivalSchedule.Phase(_run.Seed + 17, _index) < messages.SlowReaders;

    private double LifeSeconds() => (_scenario.Profile.Sessions.LifeMs ?? 1000) / 1000.0 * (0.5 + ArrivalSchedule.Phase(_run.Seed + ++_lifeNumber, _index));

    private async Task OpenAsync(LoadConnection connection, long intended, long started, CancellationToken cancellationToken)
    {
        var auth = System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"v":1,"type":"auth","id":"{{{Guid.NewGuid()}}}","ts":{{{_run.Clock.WireTime(started)}}},"payload":{"token":"{{{_token}}}","role":"{{{_run.Target.RoleName(connection.IsPhone ? Role.Phone : Role.Agent)}}}"}}""");
        await connection.OpenAsync(_run.Target.Endpoint, auth, cancellationToken);
        _measurements.Record(Family.Connect, Way.None, Measure.Response, intended, connection.Connected);
        _measurements.Record(Family.Connect, Way.None, Measure.Service, started, connection.Connected);
    }

    // The token's next life begins when the last has ended.
    private async Task ReconnectAsync(long intended)
    {
        IsPaired = false;
        _up.Abandon();
        _down.Abandon();
        Drop();
        await ConnectAsync(intended, _run.Cancelled);
    }

    private void NoteConnectFailure(Exception exception)
    {
        var socket = exception as SocketException ?? exception.InnerException as SocketException;
        if (socket?.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            _run.SocketTrouble ??= $"A connection could not be opened here: {socket.Message}";
        _measurements.AddError(exception is OperationCanceledException ? "CONNECT_TIMEOUT" : exception is HandshakeException { Status: not 0 } answer ? $"HTTP_{answer.Status}" : "CONNECT_FAILED");
    }

    private void ScheduleNext(int what)
    {
        var number = what == ArriveUp ? _numberUp++ : _numberDown++;
        if (_scenario.Schedule.DueAt(number, _phase) is { } seconds)
            _worker.Schedule(this, what, _run.Clock.At(seconds));
    }

    private void BeginClosedModel(long intended)
    {
        var (_, to, inFlight) = _scenario.Schedule.Closed.First(stretch => _run.Clock.At(stretch.From) == intended);
        _closedUntil = _run.Clock.At(to);
        _closedInFlight = inFlight;
        foreach (var fromPhone in new[] { true, false })
        {
            var isUsed = fromPhone ? _scenario.Flow != "agent-to-phone" : _scenario.Flow is "agent-to-phone" or "both";
            if (!isUsed)
                continue;
            (fromPhone ? _up : _down).Window = inFlight;
            if (_scenario.Flow is "round-trip")
                _down.Window = inFlight;
            for (var i = 0; i < inFlight; i++)
                Offer(fromPhone, Stopwatch.GetTimestamp());
            (fromPhone ? _phone : _agent)?.Kick();
        }
    }

    private void Offer(bool fromPhone, long intended)
    {
        if (!IsPaired && _scenario.Profile.Sessions.Life != "hold")
            return; // Between two lives there is nobody to say anything.
        _measurements.AddOffered();
        if (!IsPaired)
        {
            _measurements.AddError("NOT_CONNECTED");
            return;
        }

        var number = _offered++;
        var kind = _scenario.Flow is "round-trip" or "stream" or "chat" ? MessageKind.Request : MessageKind.Data;
        if (_scenario.Flow == "chat")
        {
            Add(fromPhone, new Entry { Intended = intended, Kind = kind }, _scenario.Corpus!.Question(number + _index));
            return;
        }

        var content = fromPhone ? _scenario.Up : _scenario.Down;
        Add(fromPhone, new Entry { Intended = intended, Kind = kind, Size = Math.Max(content.Overhead, _scenario.SizeOf(_index, number)) }, null);
    }

    private void Add(bool fromPhone, Entry entry, byte[]? payload)
    {
        var content = fromPhone ? _scenario.Up : entry.Kind == MessageKind.Token ? _scenario.Tokens : _scenario.Down;
        if (payload is not null)
        {
            entry.Payload = (fromPhone ? _phoneSeal : _agentSeal) is { } seal ? seal.Seal(payload) : payload;
            entry.Size = content.SizeOf(entry.Payload);
        }

        (fromPhone ? _up : _down).Add(entry);
    }

    private long _offered;
    private long _bytesMoved;
}
