using System.Diagnostics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>One side of a pair as a sender: its messages, when they are due, and the connection that takes them.</summary>
internal sealed class PairSide : ITimed
{
    private const int Arrival = 0;
    private const int Retry = 1;

    private readonly PairSession _pair;
    private readonly PairInbox _inbox;
    private long _arrivals; // only the worker

    public PairSide(PairSession pair, Role role)
    {
        var scenario = pair.Scenario;
        (_pair, Role) = (pair, role);
        _inbox = new PairInbox(pair, this);
        Direction = role == Role.Phone ? Direction.Up : Direction.Down;
        Content = role == Role.Phone ? scenario.Up : scenario.Down;
        Outbound = new Lane(scenario.Run.Nonce, pair.Index, Direction, pair.Measurements, scenario.Run.Clock) { LongestMessage = scenario.LongestMessage };
    }

    public Role Role { get; }

    /// <summary>The direction of its messages.</summary>
    public Direction Direction { get; }

    /// <summary>The content of its messages, tokens aside.</summary>
    public MessageContent Content { get; }

    public Lane Outbound { get; }

    public PairSide Peer => Role == Role.Phone ? _pair.Agent : _pair.Phone;

    /// <summary>Null before the first; replaced when the pair connects again.</summary>
    public LoadConnection? Connection { get; private set; }

    public LoadConnection Connect() => Connection = new LoadConnection(_inbox, Outbound, Peer.Outbound, _pair.Measurements);

    /// <summary>Puts the next message of the schedule on the time line.</summary>
    public void ScheduleNext()
    {
        if (_pair.Scenario.Schedule.DueAt(_arrivals++, _pair.Phase) is { } seconds)
            _pair.Worker.Schedule(this, Arrival, _pair.Run.Clock.At(seconds));
    }

    /// <summary>In the closed model, sends again after a refusal.</summary>
    /// <param name="at">Stopwatch ticks.</param>
    public void ScheduleRetry(long at) => _pair.Worker.Schedule(this, Retry, at);

    public void Due(long intended, int what)
    {
        if (what == Retry)
        {
            _pair.OfferAgain(this);
            Connection?.Kick();
        }
        else if (!_pair.Run.IsDraining)
        {
            _pair.Measurements.Record(Family.OneWay, Direction, Measure.Lag, intended, Stopwatch.GetTimestamp());
            _pair.Offer(this, intended);
            ScheduleNext();
            Connection?.Kick();
        }
    }

    /// <summary>Adds a message whose text the pattern fills.</summary>
    public void Add(Entry entry)
    {
        entry.Content = Content;
        entry.Size = Math.Max(Content.Overhead, entry.Size);
        Outbound.Add(entry);
    }

    /// <summary>Adds a message with this payload, encrypted where the pair encrypts.</summary>
    public void Add(Entry entry, MessageContent content, byte[] payload)
    {
        entry.Content = content;
        entry.Payload = _pair.Pairing.SealOf(Role) is { } seal ? seal.Seal(payload) : payload;
        entry.Size = content.SizeOf(entry.Payload);
        Outbound.Add(entry);
    }

    /// <summary>Sends what became free to send.</summary>
    public void Flush()
    {
        if (Outbound.HasSendable)
            Connection?.Kick();
    }
}
