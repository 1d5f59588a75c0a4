using System.Text.RegularExpressions;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Verdicts;
using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

internal enum Fate
{
    /// <summary>The scenario meant for it failed, for the reason meant.</summary>
    Killed,

    /// <summary>Something failed, but not that, or not for that.</summary>
    KilledOtherwise,

    Survived,

    /// <summary>The catalogue names a scenario that is not there.</summary>
    NoScenario,
}

/// <summary>What became of one mutant.</summary>
/// <param name="Scenario">The id of the scenario that caught it, or of the first that failed at all.</param>
/// <param name="Expected">What that scenario expected.</param>
/// <param name="Actual">What it saw instead.</param>
internal sealed record Death(Mutant Mutant, Fate Fate, string? Scenario, string? Expected, string? Actual, TimeSpan Took);

/// <summary>Every mutant against the scenarios of its requirement, or against the whole suite.</summary>
internal static class KillMatrix
{
    private const int AtOnce = 10;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LongestOfAll = TimeSpan.FromMinutes(5);

    /// <summary>How long an interrupted trial may take to stop its relays. A trial that takes longer is abandoned and named, and delays no other.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(25);

    /// <param name="onDeath">Called as each mutant's fate is known, from any thread.</param>
    public static async Task<IReadOnlyList<Death>> RunAsync(
        IReadOnlyList<Mutant> mutants, bool wholeSuite, Action<Death> onDeath, CancellationToken cancellationToken)
    {
        var deaths = new Death[mutants.Count];
        // Those that wait longest first.
        var order = Enumerable.Range(0, mutants.Count).OrderBy(i => mutants[i].Limits == Mutant.Patient);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
            onDeath(deaths[i] = await TryAsync(mutants[i], wholeSuite, token)));
        return deaths;
    }

    private static async Task<Death> TryAsync(Mutant mutant, bool wholeSuite, CancellationToken cancellationToken)
    {
        bool IsOfIt(Scenario scenario) => scenario.Requirements.Contains(mutant.Requirement);
        bool IsMeant(Scenario scenario) => IsOfIt(scenario) && scenario.Id.Contains(mutant.Scenario, StringComparison.Ordinal);
        if (!Trial.Plan.Scenarios.Any(IsMeant))
            return new Death(mutant, Fate.NoScenario, null, null, null, default);
        if (wholeSuite)
            return await TryAsync(mutant, _ => true, LongestOfAll, stopsWhenKilled: false, cancellationToken);

        var death = await TryAsync(mutant, IsMeant, Longest, stopsWhenKilled: true, cancellationToken);
        if (death.Fate != Fate.Survived)
            return death;
        // Does at least another scenario of the requirement notice?
        var others = await TryAsync(mutant, scenario => IsOfIt(scenario) && !IsMeant(scenario), Longest, stopsWhenKilled: false, cancellationToken);
        return (others.Fate == Fate.Survived ? death : others) with { Took = death.Took + others.Took };
    }

    private static async Task<Death> TryAsync(
        Mutant mutant, Func<Scenario, bool> which, TimeSpan longest, bool stopsWhenKilled, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var reason = new Regex(mutant.Reason, RegexOptions.Singleline);
        bool IsMeant(Failure failure) => failure.Scenario.Contains(mutant.Scenario, StringComparison.Ordinal)
            && reason.IsMatch($"{failure.Expected}; {failure.Actual}");
        // A mutant may make a scenario wait for ever; what it has shown by then counts.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(longest);
        void Look(ScenarioResult result)
        {
            if (stopsWhenKilled && Failures(mutant, result).Any(IsMeant))
                enough.CancelAfter(TimeSpan.Zero);
        }

        IReadOnlyList<ScenarioResult> results;
        try
        {
            results = await Trial.RunAsync(mutant, which, Look, enough.Token).WaitAsync(longest + Farewell, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new Death(mutant, Fate.Survived, null, null, "the trial did not end", TimeProvider.System.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Death(mutant, Fate.Survived, null, null, "the trial was interrupted before it began", TimeProvider.System.GetElapsedTime(began));
        }

        var took = TimeProvider.System.GetElapsedTime(began);
        var failures = results.SelectMany(result => Failures(mutant, result)).ToList();
        if (failures.Find(IsMeant) is { } meant)
            return new Death(mutant, Fate.Killed, meant.Scenario, meant.Expected, meant.Actual, took);
        if (failures is [var first, ..])
            return new Death(mutant, Fate.KilledOtherwise, first.Scenario, first.Expected, first.Actual, took);
        var trouble = results.FirstOrDefault(result => result.IsTrouble) ?? results.FirstOrDefault(result => result.Verdict != Verdict.Pass);
        return new Death(mutant, Fate.Survived, trouble?.Scenario.Id, trouble?.Verdict.ToString(), trouble?.Message, took);
    }

    // A scenario of the requirement that failed, or a breach of the requirement noticed in passing.
    private static IEnumerable<Failure> Failures(Mutant mutant, ScenarioResult result)
    {
        if (result.Verdict is Verdict.Fail or Verdict.Warn && result.Scenario.Requirements.Contains(mutant.Requirement))
            yield return new Failure(result.Scenario.Id, result.Expected ?? "", result.Actual ?? result.Message ?? "");
        foreach (var violation in result.Violations.Where(violation => violation.Requirement == mutant.Requirement))
            yield return new Failure(result.Scenario.Id, violation.Expected, violation.Actual);
    }

    private sealed record Failure(string Scenario, string Expected, string Actual);
}
