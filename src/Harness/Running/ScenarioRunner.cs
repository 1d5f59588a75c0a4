using System.Collections.Concurrent;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Running;

/// <summary>A scenario with all its steps bound, and the reason if it is not to be run.</summary>
public sealed record PlannedScenario(Scenario Scenario, IReadOnlyList<BoundStep> Steps, RequirementLevel Level, string? NotApplicable);

/// <summary>Runs scenarios concurrently, each in a world of its own.</summary>
public sealed class ScenarioRunner(IProfileRun run, int jobs)
{
    /// <summary>A scenario that observes the whole relay, or restarts it: it runs after the others, alone.</summary>
    public const string AloneTag = "@alone";

    /// <summary>A scenario that takes seconds because the protocol does.</summary>
    public const string SlowTag = "@slow";

    /// <summary>A scenario that makes its token useless for others: if there are few tokens, it runs last.</summary>
    public const string SpendsTokenTag = "@spends-token";

    private const string Interrupted = "the run was interrupted";

    /// <summary>The order in which scenarios start: slow ones first, so that they do not delay the end.</summary>
    /// <returns>Those that may run at the same time, and those that run alone after them.</returns>
    public static (IReadOnlyList<PlannedScenario> Together, IReadOnlyList<PlannedScenario> Alone) Order(IEnumerable<PlannedScenario> scenarios, bool takesTurns)
    {
        bool Spends(PlannedScenario planned) => takesTurns && planned.Scenario.HasTag(SpendsTokenTag);
        var alone = scenarios.ToLookup(planned => planned.Scenario.HasTag(AloneTag) || Spends(planned));
        return ([.. alone[false].OrderByDescending(planned => planned.Scenario.HasTag(SlowTag))], [.. alone[true].OrderBy(Spends)]);
    }

    /// <param name="onResult">Called as each scenario ends, from any thread.</param>
    /// <param name="cancellationToken">Ends the run early: scenarios not finished are <c>not-run</c>.</param>
    /// <returns>One result for each scenario, in their order.</returns>
    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(
        IReadOnlyList<PlannedScenario> scenarios, Action<ScenarioResult> onResult, CancellationToken cancellationToken)
    {
        var results = new ConcurrentDictionary<PlannedScenario, ScenarioResult>(ReferenceEqualityComparer.Instance);
        async ValueTask RunOneAsync(PlannedScenario planned, CancellationToken token)
        {
            var result = await RunAsync(planned, token);
            if (result.IsPostponed)
                return;
            results[planned] = result;
            onResult(result);
        }

        try
        {
            var (together, alone) = Order(scenarios, run.TakesTurns);
            await Parallel.ForEachAsync(together, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken }, RunOneAsync);
            foreach (var planned in together.Where(planned => !results.ContainsKey(planned)).Concat(alone).ToList())
                await RunOneAsync(planned, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Those that were not reached are marked below.
        }

        return [.. scenarios.Select(planned => results.GetValueOrDefault(planned) ?? ScenarioResult.Skipped(planned.Scenario, Verdict.NotRun, Interrupted))];
    }

    /// <summary>Runs one scenario; an inconclusive one once more.</summary>
    public async Task<ScenarioResult> RunAsync(PlannedScenario planned, CancellationToken cancellationToken)
    {
        if (planned.NotApplicable is { } reason)
            return ScenarioResult.Skipped(planned.Scenario, Verdict.NotApplicable, reason);

        var result = await AttemptAsync(planned, cancellationToken);
        return result.Verdict == Verdict.Inconclusive && !cancellationToken.IsCancellationRequested
            ? await AttemptAsync(planned, cancellationToken)
            : result;
    }

    private async Task<ScenarioResult> AttemptAsync(PlannedScenario planned, CancellationToken cancellationToken)
    {
        var started = run.Context.Time.GetTimestamp();
        await using var world = run.CreateWorld(planned.Scenario.Id, cancellationToken);
        var instances = new Dictionary<Type, object>();
        BoundStep? current = null;
        var ending = new Ending(Verdict.Pass);
        try
        {
            foreach (var step in planned.Steps)
            {
                current = step;
                var type = step.Definition.Method.DeclaringType!;
                if (!instances.TryGetValue(type, out var instance))
                    instances[type] = instance = Activator.CreateInstance(type, type.GetConstructor([world.GetType()]) is null ? [] : [world])!;
                await step.InvokeAsync(instance);
            }

            current = null;
        }
#pragma warning disable CA1031 // One faulty step must not take the other verdicts with it; the run ends with exit 5.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ending = Ending.Of(exception, planned, current!.Step, world.CrossedMidnight, cancellationToken.IsCancellationRequested);
        }

        foreach (var instance in instances.Values.OfType<IDisposable>())
            instance.Dispose();
        world.Inspect();
        var took = run.Context.Time.GetElapsedTime(started);
        return new ScenarioResult(
            planned.Scenario, ending.Verdict, took, ending.Message, ending.Unmet, current?.Step, world.Violations.All, world.Transcript.Entries)
        {
            Cast = [.. world.Parties],
            About = [.. (current?.Arguments ?? []).OfType<IParty>().Select(party => party.Name)],
            IsHarnessFault = ending.IsFault,
            IsPostponed = ending.IsPostponed,
        };
    }

    /// <summary>What the end of the last step means for the scenario.</summary>
    private sealed record Ending(Verdict Verdict, string? Message = null, Finding? Unmet = null, bool IsFault = false, bool IsPostponed = false)
    {
        public static Ending Of(Exception exception, PlannedScenario planned, ScenarioStep step, bool crossedMidnight, bool interrupted) => exception switch
        {
            // Usage was reset during the scenario: it saw two days, and proves nothing about either.
            ExpectationException when crossedMidnight => new(Verdict.Inconclusive, $"midnight UTC came in between: {exception.Message}"),
            ExpectationException unmet when step.Kind == StepKind.Given =>
                new(Verdict.Inconclusive, $"the positive control failed: {unmet.Message}", unmet.Finding),
            ExpectationException unmet => new(Judgement.Failure(planned.Level), unmet.Message, unmet.Finding),
            InconclusiveException => new(Verdict.Inconclusive, exception.Message),
            NotApplicableException => new(Verdict.NotApplicable, exception.Message),
            NotRunException => new(Verdict.NotRun, exception.Message),
            PostponedException => new(Verdict.NotRun, exception.Message, IsPostponed: true),
            OperationCanceledException when interrupted => new(Verdict.NotRun, Interrupted),
            _ => new(Verdict.NotRun, $"the harness itself failed, please report it: {exception}", IsFault: true),
        };
    }
}
