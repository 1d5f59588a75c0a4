using System.Diagnostics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>The conversation of one pair: who sends by the schedule, and what follows from a message.</summary>
internal interface IFlow
{
    /// <summary>The sides whose messages the load simulation makes due.</summary>
    IReadOnlyList<PairSide> Senders { get; }

    /// <summary>Lets so many messages of each sender be under way at once.</summary>
    void Widen(int window);

    /// <summary>Adds a message that is due.</summary>
    /// <param name="number">Of the pair's messages.</param>
    /// <param name="intended">Stopwatch ticks.</param>
    void Send(PairSide from, long number, long intended);

    /// <summary>A message arrived at a side.</summary>
    /// <param name="now">Stopwatch ticks.</param>
    void Follow(PairSide receiver, in Entry entry, long now);

    void Refused(in Entry entry);
}

internal static class Flows
{
    public static IFlow Of(PairSession pair) => pair.Scenario.Flow switch
    {
        FlowKind.PhoneToAgent => new OneWayFlow(pair, [pair.Phone]),
        FlowKind.AgentToPhone => new OneWayFlow(pair, [pair.Agent]),
        FlowKind.Both => new OneWayFlow(pair, [pair.Phone, pair.Agent]),
        FlowKind.RoundTrip => new RoundTripFlow(pair),
        FlowKind.Stream => new AnswerFlow(pair, hasCorpusQuestions: false),
        FlowKind.Chat => new AnswerFlow(pair, hasCorpusQuestions: true),
        _ => new OneWayFlow(pair, []),
    };
}

/// <summary>Messages without answers.</summary>
internal sealed class OneWayFlow(PairSession pair, IReadOnlyList<PairSide> senders) : IFlow
{
    public IReadOnlyList<PairSide> Senders => senders;

    public void Widen(int window)
    {
        foreach (var side in senders)
            side.Outbound.Window = window;
    }

    public void Send(PairSide from, long number, long intended) =>
        from.Add(new Entry { Intended = intended, Kind = MessageKind.Data, Size = pair.Scenario.SizeOf(pair.Index, number) });

    public void Follow(PairSide receiver, in Entry entry, long now) => pair.OfferAgain(receiver.Peer);

    public void Refused(in Entry entry)
    {
    }
}

/// <summary>The agent answers each message of the phone with one of the same size.</summary>
internal sealed class RoundTripFlow(PairSession pair) : IFlow
{
    public IReadOnlyList<PairSide> Senders { get; } = [pair.Phone];

    public void Widen(int window) => pair.Phone.Outbound.Window = pair.Agent.Outbound.Window = window;

    public void Send(PairSide from, long number, long intended) =>
        from.Add(new Entry { Intended = intended, Kind = MessageKind.Request, Size = pair.Scenario.SizeOf(pair.Index, number) });

    public void Follow(PairSide receiver, in Entry entry, long now)
    {
        if (entry.Kind == MessageKind.Request)
        {
            receiver.Add(new Entry { Intended = now, Kind = MessageKind.Reply, Size = entry.Size, OriginIntended = entry.Intended, OriginSent = entry.SentAt });
            return;
        }

        pair.Measurements.RecordBoth(Family.RoundTrip, Direction.None, entry.OriginIntended, entry.OriginSent, now);
        pair.OfferAgain(pair.Phone);
    }

    public void Refused(in Entry entry)
    {
    }
}

/// <summary>The agent answers each message of the phone token by token, at its own pace.</summary>
/// <param name="hasCorpusQuestions">The questions are texts; else the pattern fills them to the size of the profile.</param>
internal sealed class AnswerFlow(PairSession pair, bool hasCorpusQuestions) : IFlow
{
    private long _lastTokenAt; // only the phone's reader; 0 before the first token of an answer

    public IReadOnlyList<PairSide> Senders { get; } = [pair.Phone];

    public void Widen(int window) => pair.Phone.Outbound.Window = window;

    public void Send(PairSide from, long number, long intended)
    {
        var entry = new Entry { Intended = intended, Kind = MessageKind.Request };
        if (hasCorpusQuestions)
            from.Add(entry, from.Content, pair.Scenario.Corpus!.Question(number + pair.Index));
        else
            from.Add(entry with { Size = pair.Scenario.SizeOf(pair.Index, number) });
    }

    public void Follow(PairSide receiver, in Entry entry, long now)
    {
        if (entry.Kind == MessageKind.Request)
        {
            _ = new Answer(pair, entry, now);
        }
        else if (entry.Kind == MessageKind.LastPart)
        {
            pair.Measurements.RecordBoth(Family.LastToken, Direction.None, entry.OriginIntended, entry.OriginSent, now);
            _lastTokenAt = 0;
            pair.OfferAgain(pair.Phone);
        }
        else
        {
            if (_lastTokenAt != 0)
                pair.Measurements.Record(Family.TokenGap, Direction.None, Measure.Response, _lastTokenAt, now);
            else
                pair.Measurements.RecordBoth(Family.FirstToken, Direction.None, entry.OriginIntended, entry.OriginSent, now);
            _lastTokenAt = now;
        }
    }

    public void Refused(in Entry entry)
    {
        if (entry.Kind == MessageKind.LastPart)
            _lastTokenAt = 0;
    }

    /// <summary>One answer: its tokens, and the full text at the end.</summary>
    private sealed class Answer : ITimed
    {
        private readonly PairSession _pair;
        private readonly Entry _question;
        private readonly long _start;
        private readonly long _number;
        private readonly int _tokens;

        /// <param name="now">When the question arrived, in stopwatch ticks: the first token is due.</param>
        public Answer(PairSession pair, in Entry question, long now)
        {
            (_pair, _question, _start, _number) = (pair, question, now, pair.Offered + pair.Index);
            _tokens = pair.Scenario.Profile.Messages!.TokensPerAnswer;
            pair.Worker.Schedule(this, 0, now);
        }

        /// <param name="what">The token's number from 0; the full text comes after the last.</param>
        public void Due(long intended, int what)
        {
            if (!_pair.Pairing.IsPaired || _pair.Run.IsDraining)
                return;
            var (scenario, agent) = (_pair.Scenario, _pair.Agent);
            var corpus = scenario.Corpus!;
            _pair.Measurements.Count(Counter.Offered);
            _pair.Measurements.Record(Family.OneWay, agent.Direction, Measure.Lag, intended, Stopwatch.GetTimestamp());
            var entry = new Entry { Intended = intended, OriginIntended = _question.Intended, OriginSent = _question.SentAt };
            if (what < _tokens)
            {
                agent.Add(entry with { Kind = MessageKind.Part }, scenario.Tokens, TextCorpus.Delta(corpus.Word(_number, what), what + 1));
                _pair.Worker.Schedule(this, what + 1, _start + (long)((what + 1) / scenario.Profile.Messages!.TokensPerSecond * RunClock.Second));
            }
            else
            {
                var text = string.Concat(Enumerable.Range(0, _tokens).Select(i => corpus.Word(_number, i)));
                agent.Add(entry with { Kind = MessageKind.LastPart }, agent.Content, TextCorpus.FullText(text));
            }

            agent.Connection?.Kick();
        }
    }
}
