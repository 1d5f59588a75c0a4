using System.Collections.Concurrent;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>
/// All scenarios against a useless target, without the check before a run that would reject it. Each has the target
/// to itself: what a relay that pairs everybody with everybody does to one scenario does not depend on the others.
/// </summary>
public static class UselessRun
{
    private const int Jobs = 128;

    /// <summary>A message from a relay on the same machine that has not arrived within this time will not arrive.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly SuitePlan Plan = SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features: null);
    private static readonly SchemaCatalog Schemas = SchemaCatalog.Load(Suite.BuiltIn);

    /// <param name="serve">What serves a connection; null if nothing listens. Called for each scenario.</param>
    /// <param name="description">All but the URL.</param>
    public static async Task<Judgement> OfAsync(Func<Uselessness>? serve, TargetDescription description)
    {
        using var claimed = Target.Create(description with { Url = UselessTarget.NobodyThere() });
        return Judge(await ResultsAsync(serve, description, _ => true), claimed.Claims);
    }

    public static Judgement Judge(IReadOnlyList<ScenarioResult> results, Func<string, bool>? claims = null) =>
        Judgement.Over(Plan.Register, results, Plan.Excluded, claims ?? (_ => true), strict: false, interrupted: false);

    private static async Task<IReadOnlyList<ScenarioResult>> ResultsAsync(
        Func<Uselessness>? serve, TargetDescription description, Func<PlannedScenario, bool> which)
    {
        var results = new ConcurrentDictionary<PlannedScenario, ScenarioResult>();
        using var claimed = Target.Create(description with { Url = UselessTarget.NobodyThere() });
        var scenarios = Plan.Select(TagExpression.Parse(""), claimed).Where(which);
        await Parallel.ForEachAsync(scenarios, new ParallelOptions { MaxDegreeOfParallelism = Jobs, CancellationToken = TestContext.Current.CancellationToken },
            async (planned, cancellationToken) =>
        {
            results[planned] = await OfAsync(serve, description, planned, cancellationToken);
        });
        // What this machine was too busy to tell, with so many at once, is asked again by itself.
        foreach (var (planned, _) in results.Where(result => result.Value is { Verdict: Verdict.Inconclusive, Unmet: null }).ToList())
            results[planned] = await OfAsync(serve, description, planned, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(results.Values, result => result.IsHarnessFault);
        return [.. results.Values];
    }

    private static async Task<ScenarioResult> OfAsync(
        Func<Uselessness>? serve, TargetDescription description, PlannedScenario planned, CancellationToken cancellationToken)
    {
        await using var server = serve is null ? null : new UselessTarget(serve());
        using var target = Target.Create(description with { Url = server?.Url ?? UselessTarget.NobodyThere() });
        using var context = new RunContext(target, Schemas, TimeProvider.System, Patience, Seed: 1);
        var suite = new SuiteRun(Plan, KnownProfiles.Default.Begin(context)) { Jobs = 1, Prepares = false };
        return (await suite.RunAsync([planned], cancellationToken)).Results[0];
    }

    /// <summary>A small relay with a fault. It has no time-outs of its own: it claims short ones.</summary>
    public static Task<Judgement> OfAsync(Fault fault) => OfAsync(() => new SmallRelay(fault).ServeAsync, SmallDescription);

    /// <summary>Some scenarios against a small relay with a fault.</summary>
    public static Task<IReadOnlyList<ScenarioResult>> ResultsAsync(Fault fault, Func<PlannedScenario, bool> which) =>
        ResultsAsync(() => new SmallRelay(fault).ServeAsync, SmallDescription, which);

    private static TargetDescription SmallDescription => new()
    {
        AdminKey = SmallRelay.AdminKey,
        Limits = new TargetLimits { AuthTimeoutMs = 1_000, PingIntervalMs = 1_000, IdleTimeoutMs = 2_000 },
    };
}
