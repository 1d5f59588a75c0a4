using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Wire;
using Direction = CoralMux.Harness.Load.Engine.Direction;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>A virtual user: a phone and an agent on one token, how they come and go, and when they speak.</summary>
internal sealed class PairSession : IVirtualUser, ITimed
{
    private const int ClosedModel = 0;
    private const int Churn = 1;
    private const int Connect = 2;

    /// <summary>Enough to see whether a relay keeps the order, few enough that a stall shows in the messages that wait.</summary>
    private const int OpenWindow = 4;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(20);

    private readonly string _token;
    private readonly IFlow _flow;
    private readonly bool _isSlowReader;
    private readonly SessionProfile _sessions;

    // Only the worker.
    private long _lifeNumber;

    // Written by the worker, read by the readers.
    private long _closedUntil;
    private int _closedInFlight;

    private long _offered;
    private long _bytesMoved;

    public PairSession(PairScenario scenario, int index, string token, Worker worker, Measurements measurements)
    {
        (Scenario, Index, _token, Worker, Measurements) = (scenario, index, token, worker, measurements);
        _sessions = scenario.Profile.Sessions;
        Phase = ArrivalSchedule.Phase(scenario.Seed, index);
        Pairing = new Pairing(scenario.IsEncrypted);
        Phone = new PairSide(this, Role.Phone);
        Agent = new PairSide(this, Role.Agent);
        Scores = new PairScores(scenario, index);
        Witness = new PairWitness(this, token);
        // The model of a limit must know in which order the relay decided.
        Phone.Outbound.Window = Agent.Outbound.Window = scenario.Scores.Count > 0 ? 1 : OpenWindow;
        _isSlowReader = scenario.Profile.Messages is { SlowReaders: > 0 } messages && ArrivalSchedule.Phase(scenario.Seed + 17, index) < messages.SlowReaders;
        _flow = Flows.Of(this);
    }

    public PairScenario Scenario { get; }

    public RunState Run => Scenario.Run;

    public int Index { get; }

    /// <summary>0 to 1: shifts its schedule against that of the other pairs.</summary>
    public double Phase { get; }

    public Worker Worker { get; }

    public Measurements Measurements { get; }

    public Pairing Pairing { get; }

    public PairSide Phone { get; }

    public PairSide Agent { get; }

    public PairScores Scores { get; }

    public PairWitness Witness { get; }

    /// <summary>The number of messages offered so far.</summary>
    public long Offered => _offered;

    public bool IsSettled => Phone.Outbound.Unsettled + Agent.Outbound.Unsettled == 0;

    public TokenUsage Usage
    {
        get
        {
            var used = Scenario.Scores.Count > 0 ? Scores.Day?.Used : null;
            return new TokenUsage(Index, Scenario.Profile.Name, Volatile.Read(ref _bytesMoved), Scores.Day?.Quota, used);
        }
    }

    public void Begin()
    {
        var clock = Run.Clock;
        if (!_sessions.ConnectFirst)
        {
            var ramp = _sessions.Life == SessionLife.Ramp ? (_sessions.RampMs ?? 1000) / 1000.0 : 0;
            Worker.Schedule(this, Connect, clock.At(ramp * (Index % Scenario.Profile.Pairs) / Scenario.Profile.Pairs));
        }

        if (_sessions.Life == SessionLife.Churn)
            Worker.Schedule(this, Churn, clock.At(NextLifeSeconds() * Phase));
        foreach (var (from, _, _) in Scenario.Schedule.Closed)
            Worker.Schedule(this, ClosedModel, clock.At(from));
        foreach (var side in _flow.Senders)
            side.ScheduleNext();
    }

    public void Due(long intended, int what)
    {
        if (what == ClosedModel)
        {
            BeginClosedModel(intended);
        }
        else if (what == Connect)
        {
            _ = ConnectAsync(intended, Run.Cancelled);
        }
        else if (!Run.IsDraining)
        {
            _ = ReconnectAsync(intended);
            Worker.Schedule(this, Churn, intended + (long)(NextLifeSeconds() * RunClock.Second));
        }
    }

    /// <summary>Connects both sides, each measured, and waits until both know of each other.</summary>
    /// <param name="intended">When this was due, in stopwatch ticks; the response times count from it.</param>
    public async Task<bool> ConnectAsync(long intended, CancellationToken cancellationToken)
    {
        var paired = Pairing.Restart();
        var (phone, agent) = (Phone.Connect(), Agent.Connect());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await Task.WhenAll(
                OpenAsync(phone, Role.Phone, intended, started, patience.Token), OpenAsync(agent, Role.Agent, intended, started, patience.Token));
            await paired.WaitAsync(patience.Token);
            Measurements.RecordBoth(Family.Pair, Direction.None, intended, started, Stopwatch.GetTimestamp());
            return true;
        }
        catch (Exception exception) when (exception is IOException or SocketException or HandshakeException or OperationCanceledException
            or ObjectDisposedException or AuthenticationException)
        {
            if (!Run.IsOver && !cancellationToken.IsCancellationRequested)
                NoteConnectFailure(exception);
            phone.Drop();
            agent.Drop();
            return false;
        }
    }

    /// <summary>A message is due. Between two lives of the pair there is nobody to send it.</summary>
    /// <param name="intended">When it was due, in stopwatch ticks.</param>
    public void Offer(PairSide from, long intended)
    {
        if (!Pairing.IsPaired && _sessions.Life != SessionLife.Hold)
            return;
        Measurements.Count(Counter.Offered);
        if (Pairing.IsPaired)
            _flow.Send(from, _offered++, intended);
        else
            Measurements.AddError("NOT_CONNECTED");
    }

    /// <summary>In the closed model the next message is due now.</summary>
    public void OfferAgain(PairSide from)
    {
        if (_closedInFlight > 0 && !Run.IsDraining && Stopwatch.GetTimestamp() < _closedUntil)
            Offer(from, Stopwatch.GetTimestamp());
    }

    /// <summary>A message of the pair arrived.</summary>
    /// <param name="now">Stopwatch ticks.</param>
    public void Follow(PairSide receiver, in Entry entry, long now)
    {
        Interlocked.Add(ref _bytesMoved, entry.Size);
        _flow.Follow(receiver, entry, now);
    }

    /// <summary>A message of the pair was refused.</summary>
    /// <param name="retryAt">When the closed model sends again, in stopwatch ticks.</param>
    public void Refused(PairSide sender, in Entry entry, long retryAt)
    {
        _flow.Refused(entry);
        if (_closedInFlight > 0 && entry.Kind is MessageKind.Data or MessageKind.Request)
            sender.ScheduleRetry(retryAt);
    }

    /// <summary>Whether the side's reader takes only a little at a time.</summary>
    public bool ReadsSlowly(Role role) => _isSlowReader && role == Role.Agent && !Run.IsDraining;

    public void Flush()
    {
        Phone.Flush();
        Agent.Flush();
    }

    public void GiveUpWaiting(long sentBefore)
    {
        if (_isSlowReader)
            return;
        for (var count = Phone.Outbound.GiveUpWaiting(sentBefore) + Agent.Outbound.GiveUpWaiting(sentBefore); count > 0; count--)
            Measurements.AddError("TIMEOUT");
        Flush();
    }

    public void CountLost(long sentBefore)
    {
        if (!Pairing.IsPaired)
            return;
        foreach (var side in new[] { Phone, Agent })
        {
            for (var lost = side.Outbound.CountLost(sentBefore); lost > 0; lost--)
                Witness.Report(new PairViolation(Breach.NeverArrived, Index, side.Role));
        }
    }

    /// <summary>The connections are gone: nothing in the lanes need be delivered.</summary>
    public void Abandon()
    {
        Phone.Outbound.Abandon();
        Agent.Outbound.Abandon();
    }

    public void Drop()
    {
        Phone.Connection?.Drop();
        Agent.Connection?.Drop();
        Pairing.Dispose();
    }

    // Half to one and a half of the mean.
    private double NextLifeSeconds() => (_sessions.LifeMs ?? 1000) / 1000.0 * (0.5 + ArrivalSchedule.Phase(Scenario.Seed + ++_lifeNumber, Index));

    private async Task OpenAsync(LoadConnection connection, Role role, long intended, long started, CancellationToken cancellationToken)
    {
        var auth = RelayMessage.Auth(_token, Run.Target.RoleName(role), Run.Clock.WireTime(started));
        await connection.OpenAsync(Run.Target.Endpoint, auth, cancellationToken);
        Measurements.RecordBoth(Family.Connect, Direction.None, intended, started, connection.Connected);
    }

    // The token's next life begins when the last one has ended.
    private async Task ReconnectAsync(long intended)
    {
        Pairing.Break();
        Abandon();
        Drop();
        await ConnectAsync(intended, Run.Cancelled);
    }

    private void NoteConnectFailure(Exception exception)
    {
        var socket = exception as SocketException ?? exception.InnerException as SocketException;
        if (socket?.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            Run.SocketTrouble ??= $"This program could not open a connection: {socket.Message}";
        Measurements.AddError(exception switch
        {
            OperationCanceledException => "CONNECT_TIMEOUT",
            HandshakeException { Status: not 0 } answer => $"HTTP_{answer.Status}",
            _ => "CONNECT_FAILED",
        });
    }

    private void BeginClosedModel(long intended)
    {
        var (_, to, inFlight) = Scenario.Schedule.Closed.First(stretch => Run.Clock.At(stretch.From) == intended);
        _closedUntil = Run.Clock.At(to);
        _closedInFlight = inFlight;
        _flow.Widen(inFlight);
        foreach (var side in _flow.Senders)
        {
            for (var i = 0; i < inFlight; i++)
                Offer(side, Stopwatch.GetTimestamp());
            side.Connection?.Kick();
        }
    }
}
