using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Steps;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Targets.Tokens;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>All scenarios against a target of no use, without the check before a run that would turn it away.</summary>
public static class UselessRun
{
    private const int Jobs = 64;

    /// <summary>What has not come within this from a relay on the same machine does not come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static SuitePlan Plan { get; } = SuitePlan.Load(Suite.BuiltIn, features: null);

    public static async Task<(IReadOnlyList<ScenarioResult> Results, Judgement Judgement)> OfAsync(TargetDescription description)
    {
        using var target = Target.Create(description);
        var run = new RunContext(target, new TokenSource(target, TimeProvider.System), SchemaCatalog.Load(Suite.BuiltIn.Schemas), TimeProvider.System, Patience, Seed: 1);
        var results = await new ScenarioRunner(run, Jobs).RunAsync(Plan.Select(TagExpression.Parse(""), target), _ => { }, TestContext.Current.CancellationToken);
        return (results, Judgement.Over(Plan.Register, results, Plan.Excluded, target.Claims, strict: false, interrupted: false));
    }

    /// <summary>A small relay with a fault; its time-outs are none, so that it claims the shortest.</summary>
    public static async Task<(IReadOnlyList<ScenarioResult> Results, Judgement Judgement)> OfAsync(Fault fault)
    {
        await using var server = new UselessTarget(new SmallRelay(fault).ServeAsync);
        return await OfAsync(new TargetDescription
        {
            Url = server.Url,
            AdminKey = SmallRelay.AdminKey,
            Limits = new TargetLimits { AuthTimeoutMs = 1_000, PingIntervalMs = 1_000, IdleTimeoutMs = 2_000 },
        });
    }
}
