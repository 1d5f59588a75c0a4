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
    /// <summary>A message from a relay on the same machine that has not arrived within this time will hardly arrive.</summary>
    private static readonly Manner AllAtOnce = new(Jobs: 128, Patience: TimeSpan.FromSeconds(2));

    private static readonly Manner FewAtATime = new(Jobs: 2, SuiteRun.DefaultPatience);

    private static readonly SuitePlan Plan = SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features: null);
    private static readonly SchemaCatalog Schemas = SchemaCatalog.Load(Suite.BuiltIn);

    /// <param name="serve">What serves a connection; null if nothing listens. Called for each scenario.</param>
    /// <param name="description">All but the URL.</param>
    /// <param name="expected">What it should pass. Where it does not, or passes more, its scenarios are asked once more: this machine may have been busy.</param>
    public static async Task<Judgement> OfAsync(Func<Uselessness>? serve, TargetDescription description, IReadOnlyList<string> expected)
    {
        using var claimed = Target.Create(description with { Url = UselessTarget.NobodyThere() });
        var results = await ResultsAsync(serve, description, _ => true, AllAtOnce);
        var judgement = Judge(results, claimed.Claims);
        var passed = UselessRow.Of("", "", judgement).Passed;
        var doubtful = passed.Except(expected).Concat(expected.Except(passed)).ToHashSet();
        var scenarios = results
            .Where(result => result.Scenario.Requirements.Concat(result.Violations.Select(violation => violation.Requirement)).Any(doubtful.Contains))
            .Select(result => result.Scenario.Id).ToHashSet();
        if (scenarios.Count == 0)
            return judgement;

        var again = await ResultsAsync(serve, description, planned => scenarios.Contains(planned.Scenario.Id), FewAtATime);
        return Judge([.. results.Where(result => !scenarios.Contains(result.Scenario.Id)), .. again], claimed.Claims);
    }

    /// <summary>A small relay with a fault. It has no time-outs of its own: it claims short ones.</summary>
    public static Task<Judgement> OfAsync(Fault fault, IReadOnlyList<string> expected) =>
        OfAsync(() => new SmallRelay(fault).ServeAsync, SmallDescription, expected);

    /// <summary>Some scenarios against a small relay with a fault.</summary>
    public static Task<IReadOnlyList<ScenarioResult>> ResultsAsync(Fault fault, Func<PlannedScenario, bool> which) =>
        ResultsAsync(() => new SmallRelay(fault).ServeAsync, SmallDescription, which, AllAtOnce);

    public static Judgement Judge(IReadOnlyList<ScenarioResult> results, Func<string, bool>? claims = null) =>
        Judgement.Over(Plan.Register, results, Plan.Excluded, claims ?? (_ => true), strict: false, interrupted: false);

    private static async Task<IReadOnlyList<ScenarioResult>> ResultsAsync(
        Func<Uselessness>? serve, TargetDescription description, Func<PlannedScenario, bool> which, Manner manner)
    {
        var results = new ConcurrentBag<ScenarioResult>();
        using var claimed = Target.Create(description with { Url = UselessTarget.NobodyThere() });
        var scenarios = Plan.Select(TagExpression.Parse(""), claimed).Where(which);
        var options = new ParallelOptions { MaxDegreeOfParallelism = manner.Jobs, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(scenarios, options, async (planned, cancellationToken) =>
        {
            await using var server = serve is null ? null : new UselessTarget(serve());
            using var target = Target.Create(description with { Url = server?.Url ?? UselessTarget.NobodyThere() });
            using var context = new RunContext(target, Schemas, TimeProvider.System, manner.Patience, Seed: 1);
            var suite = new SuiteRun(Plan, KnownProfiles.Default.Begin(context)) { Jobs = 1, Prepares = false };
            results.Add((await suite.RunAsync([planned], cancellationToken)).Results[0]);
        });
        Assert.DoesNotContain(results, result => result.IsHarnessFault);
        return [.. results];
    }

    private static TargetDescription SmallDescription => new()
    {
        AdminKey = SmallRelay.AdminKey,
        Limits = new TargetLimits { AuthTimeoutMs = 1_000, PingIntervalMs = 1_000, IdleTimeoutMs = 2_000 },
    };

    /// <param name="Jobs">How many scenarios at once.</param>
    /// <param name="Patience">How long an expectation may take.</param>
    private sealed record Manner(int Jobs, TimeSpan Patience);
}
