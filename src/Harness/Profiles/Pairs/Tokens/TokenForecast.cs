using System.Text.RegularExpressions;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Tokens;

/// <summary>How long a run with few tokens will take: the scenarios' texts say how much they send, and the schedule is played through.</summary>
internal static partial class TokenForecast
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
            if (planned.NotApplicable is null && Sent(planned.Scenario, limits) is var sent && sent.Count <= full.Length)
                now = Play(planned.Scenario, sent, full, now, limits);
            ends.Add(now);
        }

        return new Forecast(ends);
    }

    private static TimeSpan Play(Scenario scenario, Dictionary<string, (int Phone, int Agent)> sent, TimeSpan[] full, TimeSpan now, TargetLimits limits)
    {
        var taken = new List<(int Token, (int Phone, int Agent) Use)>();
        foreach (var use in sent.Values)
        {
            var token = Enumerable.Range(0, full.Length).Except(taken.Select(one => one.Token)).MinBy(i => full[i]);
            now = full[token] > now ? full[token] : now;
            taken.Add((token, use));
        }

        now += Work + Waiting(scenario, limits);
        foreach (var (token, use) in taken)
        {
            var (phone, agent) = (TokenUse.Refill(use.Phone, limits.RatePhonePerMinute), TokenUse.Refill(use.Agent, limits.RateAgentPerMinute));
            full[token] = now + (phone > agent ? phone : agent);
        }

        return now;
    }

    /// <summary>Messages of each group of peers, as far as the steps tell.</summary>
    private static Dictionary<string, (int Phone, int Agent)> Sent(Scenario scenario, TargetLimits limits)
    {
        var sent = new Dictionary<string, (int Phone, int Agent)>();
        void Add(string group, int phone, int agent)
        {
            var former = sent.GetValueOrDefault(group);
            sent[group] = (former.Phone + phone, former.Agent + agent);
        }

        foreach (var step in scenario.Steps)
        {
            if (Pair().Match(step.Text) is { Success: true } pair)
            {
                var relays = step.Text.Contains("relays", StringComparison.Ordinal) ? 1 : 0;
                Add(pair.Groups[1].Value switch { "innocent " => "innocent", "other " or "another " => "other", _ => "own" }, relays, relays);
                continue;
            }

            foreach (Match mention in Mention().Matches(step.Text))
            {
                var peer = PeerName.Parse(mention.Value);
                var burst = Burst().IsMatch(step.Text);
                var sends = mention.Index == 0 && step.Kind == StepKind.When && Sends().IsMatch(step.Text);
                var fenced = step.Kind == StepKind.Then && Fence().IsMatch(step.Text);
                var count = sends ? burst ? limits.RatePerMinute(peer.Role) : 1 : fenced ? 1 : 0;
                Add(peer.Group, peer.Role == "phone" ? count : 0, peer.Role == "agent" ? count : 0);
            }

            if (step.Text.Contains("{token}", StringComparison.Ordinal))
                Add("own", 0, 0);
        }

        return sent;
    }

    // What a scenario waits for because the protocol does.
    private static TimeSpan Waiting(Scenario scenario, TargetLimits limits)
    {
        var ms = scenario.Steps.Sum(step => step.Text switch
        {
            _ when step.Text.Contains("as long as the error said", StringComparison.Ordinal) => 60_000 / limits.RatePerMinute(PeerName.Parse(Mention().Match(step.Text).Value).Role),
            _ when step.Text.Contains("idle time-out", StringComparison.Ordinal) => limits.IdleTimeoutMs,
            _ when step.Text.Contains("authentication time-out", StringComparison.Ordinal) => limits.AuthTimeoutMs,
            _ when step.Text.Contains("a WebSocket ping in time", StringComparison.Ordinal) => limits.PingIntervalMs,
            _ => 0,
        });
        return TimeSpan.FromMilliseconds(ms);
    }

    [GeneratedRegex(@"\b(innocent |other |another )?(?:paired phone and agent|pair\b)")]
    private static partial Regex Pair();

    [GeneratedRegex(@"\b(?:the|an|a) (?:[a-z]+ )?(?:phone|agent|client)\b")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\bsends?\b|\bfloods\b|\banswers\b")]
    private static partial Regex Sends();

    [GeneratedRegex(@"\bburst\b|more of these|\bfloods\b")]
    private static partial Regex Burst();

    [GeneratedRegex(@"is still connected|nothing of it reaches|is told nothing more")]
    private static partial Regex Fence();
}
