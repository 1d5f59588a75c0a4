using System.Text.RegularExpressions;
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

    public static async Task<IReadOnlyList<Death>> RunAsync(IReadOnlyList<Mutant> mutants, bool wholeSuite, CancellationToken cancellationToken)
    {
        var deaths = new Death[mutants.Count];
        // Those that wait longest first.
        var order = Enumerable.Range(0, mutants.Count).OrderBy(i => mutants[i].Limits == Mutant.Patient);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
            deaths[i] = await TryAsync(mutants[i], wholeSuite, token));
        return deaths;
    }

    private static async Task<Death> TryAsync(Mutant mutant, bool wholeSuite, CancellationToken cancellationToken)
    {
        if (!Trial.Plan.Scenarios.Any(scenario => scenario.Requirements.Contains(mutant.Requirement) && scenario.Id.Contains(mutant.Scenario, StringComparison.Ordinal)))
            return new Death(mutant, Fate.NoScenario, null, null, null, default);

        var began = TimeProvider.System.GetTimestamp();
        // A mutant may make a scenario wait for ever; what it has shown by then counts.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(wholeSuite ? LongestOfAll : Longest);
        var results = await Trial.RunAsync(mutant, wholeSuite ? "" : "@" + mutant.Requirement, patience.Token);
        var failures = results.SelectMany(result => Failures(mutant, result)).ToList();
        var reason = new Regex(mutant.Reason, RegexOptions.Singleline);
        var took = TimeProvider.System.GetElapsedTime(began);
        if (failures.FirstOrDefault(failure => failure.Scenario.Contains(mutant.Scenario, StringComparison.Ordinal) && reason.IsMatch($"{failure.Expected}; {failure.Actual}")) is { } meant)
            return new Death(mutant, Fate.Killed, meant.Scenario, meant.Expected, meant.Actual, took);
        if (failures is [var first, ..])
            return new Death(mutant, Fate.KilledOtherwise, first.Scenario, first.Expected, first.Actual, took);
        var trouble = results.FirstOrDefault(result => result.IsTrouble);
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
