using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Probing;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs;

/// <summary>A run of the profile: the context and the tokens that its scenarios take.</summary>
public sealed class PairsRun : IProfileRun
{
    private const int TokensOfAScenario = 3;

    public PairsRun(RunContext context)
    {
        Context = context;
        Tokens = new TokenSource(context.Target, context.Time);
    }

    public RunContext Context { get; }

    public TokenSource Tokens { get; }

    public bool TakesTurns => Tokens.Pool is not null;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Preflight.CheckAsync(this, cancellationToken);
        await Tokens.PrepareAsync((token, stop) => TokenCheck.LookAtAsync(Context, Tokens, token, stop), cancellationToken);
    }

    public async Task<ProbeOutcome> ProbeAsync(bool slow, CancellationToken cancellationToken)
    {
        await Preflight.CheckAsync(this, cancellationToken);
        var findings = new Findings(Context.Target.Description);
        var probe = new RelayProbe(Context, question => CreateWorld(question, cancellationToken), findings, cancellationToken);
        await probe.RunAsync(slow);
        return new ProbeOutcome(DescriptionText.Of(findings), findings.All, probe.Cost());
    }

    public World CreateWorld(string scenario, CancellationToken cancellationToken) => new(Context, Tokens, scenario, cancellationToken);

    IWorld IProfileRun.CreateWorld(string scenario, CancellationToken cancellationToken) => CreateWorld(scenario, cancellationToken);

    // Most scenarios take a token of their own, the innocent pair's, and perhaps another pair's.
    public int Concurrency(int jobs) => Tokens.Pool is { } pool ? Math.Clamp(pool.Count / TokensOfAScenario, 1, jobs) : jobs;

    public Pace? Forecast(IEnumerable<PlannedScenario> inOrder, int jobs)
    {
        if (Tokens.Pool is not { } pool || Concurrency(jobs) > 1)
            return null;
        var limits = Context.Target.Limits;
        var forecast = TokenForecast.Of(inOrder, pool.UntilFull(), limits);
        var notice = $"{pool.Count} tokens, {pool.Origin}: scenarios run one after the other and wait for full rates "
            + $"({limits.RatePhonePerMinute} and {limits.RateAgentPerMinute} a minute). "
            + $"That takes about {Pace.Say(forecast.Total)}; more tokens make it shorter.";
        var pace = new Pace(forecast, notice, Context.Time);
        pool.Waits += pace.Waits;
        return pace;
    }
}
