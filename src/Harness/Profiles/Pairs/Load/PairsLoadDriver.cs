using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>Load runs whose virtual users are pairs: a phone, an agent and the token that joins them.</summary>
internal sealed class PairsLoadDriver : ILoadDriver
{
    public void Check(LoadProfile profile, TargetDescription description)
    {
        var (day, month) = (description.Limits.DailyQuotaBytes, description.Limits.MonthlyQuotaBytes);
        if (profile.Scores.Contains(Word.Of(ScoredLimit.MonthlyQuota)) && day < month)
        {
            var problem = $"{profile.Name} says nothing about this relay: the month's {month} bytes cannot be reached in a day of {day}.";
            throw new CommandException(ExitCode.Incomplete, $"{problem} To test it, {PairSentences.SmallQuotas}.");
        }
    }

    public Task RehearseAsync(LoadProfile profile, TimeProvider time, CancellationToken cancellationToken) =>
        PairRehearsal.RunAsync(this, profile, time, cancellationToken);

    public IVirtualUsers UsersOf(LoadProfile profile, RunState run) => new PairUsers(profile, run);
}

/// <summary>The pairs of one run.</summary>
internal sealed class PairUsers : IVirtualUsers
{
    private readonly LoadProfile _profile;
    private readonly RunState _run;
    private readonly Dictionary<string, PairScenario> _scenarios;
    private readonly List<PairSession> _pairs = [];
    private IReadOnlyList<string> _tokens = [];

    public PairUsers(LoadProfile profile, RunState run)
    {
        (_profile, _run) = (profile, run);
        var scores = profile.Scores.Select(word => Word.TryRead<ScoredLimit>(word, out var limit) ? limit : throw new ArgumentException(word)).ToHashSet();
        _scenarios = profile.Scenarios.ToDictionary(scenario => scenario.Name, scenario => new PairScenario(scenario, run, profile.Seed, scores));
    }

    public IReadOnlyList<DecisionScore> Decisions => [.. _scenarios.Values.SelectMany(scenario => scenario.Decisions.Scores)];

    public string? Unreached => _pairs.Select(pair => pair.Scores.Unreached).FirstOrDefault(quota => quota is not null) is (var limit, var model)
        ? PairSentences.Unreached(limit, model, _profile.Duration)
        : null;

    public string? NameOf(Direction direction) => direction switch
    {
        Direction.Up => Word.Of(FlowKind.PhoneToAgent),
        Direction.Down => Word.Of(FlowKind.AgentToPhone),
        _ => null,
    };

    public int? MessageSize(ScenarioProfile scenario) =>
        PairScenario.FlowOf(scenario) is FlowKind.Chat or FlowKind.Stream ? null : scenario.Messages?.Size.Bytes;

    public async Task AdmitAsync(int count, CancellationToken cancellationToken) => _tokens = await PairTokens.TakeAsync(_run.Target, count, cancellationToken);

    public IVirtualUser Create(ScenarioProfile scenario, int index, Worker worker, Measurements measurements)
    {
        var pair = new PairSession(_scenarios[scenario.Name], index, _tokens[_pairs.Count], worker, measurements);
        _pairs.Add(pair);
        return pair;
    }
}
