using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Load.Decisions;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>Compares the relay's decisions about the messages of one pair with models of its limits.</summary>
internal sealed class PairScores
{
    private readonly PairScenario _scenario;
    private readonly int _pair;
    private readonly RateModel? _phone;
    private readonly RateModel? _agent;
    private readonly QuotaModel _month;

    public PairScores(PairScenario scenario, int pair)
    {
        var limits = scenario.Run.Target.Limits;
        (_scenario, _pair) = (scenario, pair);
        _phone = scenario.Scores.Contains(ScoredLimit.RatePhone) ? new RateModel(limits.RatePhonePerMinute) : null;
        _agent = scenario.Scores.Contains(ScoredLimit.RateAgent) ? new RateModel(limits.RateAgentPerMinute) : null;
        _month = new QuotaModel(limits.MonthlyQuotaBytes, 0);
    }

    /// <summary>The daily quota, as the relay reports it; null before it does.</summary>
    public QuotaModel? Day { get; private set; }

    /// <summary>A scored quota that this pair has not used up.</summary>
    public (ScoredLimit Limit, QuotaModel Quota)? Unreached =>
        Day is { } day && day.Used < day.Quota && _scenario.Scores.Contains(ScoredLimit.DailyQuota) ? (ScoredLimit.DailyQuota, day)
        : _month.Used < _month.Quota && _scenario.Scores.Contains(ScoredLimit.MonthlyQuota) ? (ScoredLimit.MonthlyQuota, _month)
        : null;

    private bool HasScores => _scenario.Scores.Count > 0;

    /// <summary>Whether a refusal counts as an answer: it is about a limit, and limits are what is tested.</summary>
    public bool IsAnswer(string code) => HasScores && Word.TryRead<LimitRefusal>(code, out _);

    /// <summary>Takes the quota from an <c>auth.ok</c>.</summary>
    public void Learn(RelayMessage authOk)
    {
        if (Day is null && authOk.Number("daily_quota_bytes") is { } quota && authOk.Number("daily_used_bytes") is { } used)
            Day = new QuotaModel(quota, used);
    }

    /// <summary>A message was delivered.</summary>
    /// <param name="now">Stopwatch ticks.</param>
    public void Accepted(PairSide from, in Entry entry, long now)
    {
        if (!HasScores)
            return;
        JudgeRate(from, entry, now, accepted: true);
        JudgeQuotas(from, entry, accepted: true);
    }

    /// <summary>A message was refused.</summary>
    /// <param name="now">Stopwatch ticks.</param>
    public void Refused(PairSide from, in Entry entry, long now, string code)
    {
        if (!HasScores || !Word.TryRead<LimitRefusal>(code, out var refusal))
            return;
        if (refusal == LimitRefusal.Rate)
            JudgeRate(from, entry, now, accepted: false);
        else
            JudgeQuotas(from, entry, accepted: false);
    }

    private void JudgeRate(PairSide from, in Entry entry, long now, bool accepted)
    {
        if ((from.Role == Role.Phone ? _phone : _agent) is not { } model)
            return;
        var right = model.Judge(entry.SentAt, now, accepted, out var least, out var most);
        var atS = _scenario.Run.Clock.Seconds(entry.SentAt);
        var limit = from.Role == Role.Phone ? ScoredLimit.RatePhone : ScoredLimit.RateAgent;
        _scenario.Decisions.Add(Word.Of(limit), right, () => PairSentences.RateDecision(atS, _pair, accepted, least, most));
    }

    private void JudgeQuotas(PairSide from, in Entry entry, bool accepted)
    {
        JudgeQuota(ScoredLimit.DailyQuota, Day, from, entry, accepted);
        JudgeQuota(ScoredLimit.MonthlyQuota, _month, from, entry, accepted);
    }

    private void JudgeQuota(ScoredLimit limit, QuotaModel? quota, PairSide from, in Entry entry, bool accepted)
    {
        if (quota is null || !_scenario.Scores.Contains(limit))
            return;
        var (size, atS) = (entry.Size, _scenario.Run.Clock.Seconds(entry.SentAt));
        lock (quota)
        {
            var before = quota.Used;
            var right = quota.Judge(size, from.Peer.Outbound.Unsettled * size, accepted);
            _scenario.Decisions.Add(Word.Of(limit), right, () => PairSentences.QuotaDecision(atS, size, accepted, before, quota.Quota));
        }
    }
}
