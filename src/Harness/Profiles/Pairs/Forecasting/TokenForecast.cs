using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Forecasting;

/// <summary>How long a run with few tokens will take: steps declare how much they send, and the schedule is played through.</summary>
internal static class TokenForecast
{
    /// <summary>A scenario takes about this long besides what it waits for.</summary>
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(60);

    /// <param name="scenarios">In the order in which they run, one after the other.</param>
    /// <param name="untilFull">Of each token, how long from now until its buckets are full.</param>
    public static Forecast Of(IEnumerable<PlannedScenario> scenarios, IEnumerable<TimeSpan> untilFull, TargetLimits limits)
    {
        var full = untilFull.ToArray();
        var now = TimeSpan.Zero;
        var ends = new List<TimeSpan>();
        foreach (var planned in scenarios)
        {
            var (uses, waiting) = Cost(planned, limits);
            if (planned.NotApplicable is null && uses.Count <= full.Length)
                now = Play(uses.Values, waiting, full, now, limits);
            ends.Add(now);
        }

        return new Forecast(ends);
    }

    /// <summary>What a scenario sends with the token of each group of peers, as far as its steps declare it, and how long it waits.</summary>
    public static (IReadOnlyDictionary<Group, TokenUse> Uses, TimeSpan Waiting) Cost(PlannedScenario planned, TargetLimits limits)
    {
        var uses = new Dictionary<Group, TokenUse>();
        var waiting = TimeSpan.Zero;
        foreach (var cost in planned.Steps.Select(step => StepCost.Of(step, limits)))
        {
            waiting += cost.Waiting;
            foreach (var (peer, messages) in cost.Sent)
            {
                if (!uses.TryGetValue(peer.Group, out var use))
                    uses[peer.Group] = use = new TokenUse();
                use.Count(peer.Role, messages);
            }
        }

        return (uses, waiting);
    }

    private static TimeSpan Play(IEnumerable<TokenUse> uses, TimeSpan waiting, TimeSpan[] full, TimeSpan now, TargetLimits limits)
    {
        var taken = new Dictionary<int, TokenUse>();
        foreach (var use in uses)
        {
            var token = Enumerable.Range(0, full.Length).Except(taken.Keys).MinBy(i => full[i]);
            now = full[token] > now ? full[token] : now;
            taken[token] = use;
        }

        now += Work + waiting;
        foreach (var (token, use) in taken)
            full[token] = now + use.UntilFull(limits);
        return now;
    }
}
