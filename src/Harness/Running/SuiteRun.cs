using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Running;

/// <summary>The result of a run of the suite.</summary>
/// <param name="Interrupted">The run ended early: unfinished scenarios are <c>not-run</c>.</param>
public sealed record SuiteOutcome(IReadOnlyList<ScenarioResult> Results, Judgement Judgement, DateTimeOffset StartedAt, TimeSpan Duration, bool Interrupted);

/// <summary>One run of scenarios against one relay, from the check before it to the judgement: the same for every caller.</summary>
public sealed class SuiteRun(SuitePlan plan, IProfileRun run)
{
    /// <summary>How many scenarios run at the same time by default.</summary>
    public const int DefaultJobs = 16;

    /// <summary>How long an expectation may take by default.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    public int Jobs { get; init; } = DefaultJobs;

    /// <summary>A SHOULD that is not met fails the run.</summary>
    public bool Strict { get; init; }

    public IReadOnlyList<KnownFailure> KnownFailures { get; init; } = [];

    /// <summary>False skips the check before the run, which rejects a relay that cannot be tested.</summary>
    public bool Prepares { get; init; } = true;

    /// <summary>Wraps the run to show its progress: gets the pace if scenarios take turns, and a function that runs all and calls back per result.</summary>
    public Func<Pace?, Func<Action<ScenarioResult>, Task<IReadOnlyList<ScenarioResult>>>, Task<IReadOnlyList<ScenarioResult>>> Watch { get; init; } =
        (_, runAll) => runAll(_ => { });

    /// <exception cref="Basics.CommandException">The check before the run failed.</exception>
    public async Task<SuiteOutcome> RunAsync(IReadOnlyList<PlannedScenario> scenarios, CancellationToken cancellationToken)
    {
        var time = run.Context.Time;
        var startedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        try
        {
            if (Prepares)
                await run.PrepareAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run below ends at once, with every scenario not run.
        }

        var jobs = run.Concurrency(Jobs);
        var (together, alone) = ScenarioRunner.Order(scenarios, run.TakesTurns);
        var pace = run.Forecast(together.Concat(alone), Jobs);
        var results = await Watch(pace, onResult => new ScenarioRunner(run, jobs).RunAsync(scenarios, onResult, cancellationToken));
        var interrupted = cancellationToken.IsCancellationRequested;
        var judgement = Judgement.Over(
            plan.Register, results, plan.Excluded, run.Context.Target.Claims, Strict, interrupted, KnownFailures, DateOnly.FromDateTime(startedAt.UtcDateTime));
        return new SuiteOutcome(results, judgement, startedAt, time.GetElapsedTime(started), interrupted);
    }
}
