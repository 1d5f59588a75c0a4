using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Load;

/// <summary>A short run of a profile's flows against a relay within this process.</summary>
internal static class PairRehearsal
{
    private const int Pairs = 2;
    private const int LongestMessage = 70_000;

    /// <summary>Messages a second of a pair.</summary>
    private const double Rate = 250;

    /// <summary>Questions a second of a pair: each brings dozens of tokens.</summary>
    private const double QuestionRate = 20;

    /// <summary>The compiler begins its second round when there was nothing new for 100 ms, and each method has then been called 30 times.</summary>
    private static readonly LoadSimulation Short = new(SimulationKind.Constant, 700);

    private static int _isDone;

    public static async Task RunAsync(ILoadDriver driver, LoadProfile profile, TimeProvider time, CancellationToken cancellationToken)
    {
        var scenarios = profile.Scenarios.Where(scenario => scenario.Messages is not null)
            .DistinctBy(scenario => (scenario.Messages!.Flow, scenario.Messages.Encrypted)).Select(Small).ToList();
        if (scenarios.Count == 0 || Interlocked.Exchange(ref _isDone, 1) != 0)
            return;
        using var relay = new RehearsalRelay();
        var tokens = Enumerable.Range(0, Pairs * scenarios.Count).Select(number => $"rehearsal-{number}");
        using var target = Target.Create(new TargetDescription { Url = relay.Url, Tokens = [.. tokens] });
        var options = new LoadRunOptions(profile with { Scenarios = scenarios, Thresholds = [], Scores = [], Invariants = null }, target, null, null);
        try
        {
            await new LoadRun(options with { IsRehearsal = true }, driver, time).RunAsync(cancellationToken);
        }
        catch (CommandException)
        {
            // Then the load begins without it, and its scheduling lag shows that.
        }
    }

    private static ScenarioProfile Small(ScenarioProfile scenario) => scenario with
    {
        Pairs = Pairs,
        Sessions = new SessionProfile(),
        Messages = scenario.Messages! with
        {
            SlowReaders = 0,
            Size = new SizeProfile
            {
                MinBytes = Math.Min(scenario.Messages.Size.Least, LongestMessage),
                MaxBytes = Math.Min(scenario.Messages.Size.Most, LongestMessage),
            },
        },
        LoadSimulations = [Short with { Rate = PairScenario.FlowOf(scenario) is FlowKind.Chat or FlowKind.Stream ? QuestionRate : Rate }],
    };
}
