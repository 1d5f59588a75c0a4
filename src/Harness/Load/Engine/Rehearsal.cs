using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Load.Engine;

/// <summary>
/// What a profile does, done once in small and within this process, before anything counts. Else the first second of a
/// load is that of the compiler: it makes every method twice, and messages are late meanwhile.
/// </summary>
internal static class Rehearsal
{
    private const int Pairs = 2;
    private const int LongestMessage = 70_000;
    private const double Rate = 250;

    /// <summary>A question brings about dozens of tokens.</summary>
    private const double QuestionRate = 20;

    /// <summary>The compiler begins its second round when there was nothing new for 100 ms, and each method has then been called 30 times.</summary>
    private static readonly LoadSimulation Short = new("constant", 700);

    private static int _isDone;

    public static async Task RunAsync(LoadProfile profile, TimeProvider time, CancellationToken cancellationToken)
    {
        var scenarios = profile.Scenarios.Where(scenario => scenario.Messages is not null).DistinctBy(scenario => (scenario.Messages!.Flow, scenario.Messages.Encrypted)).Select(Small).ToList();
        if (scenarios.Count == 0 || Interlocked.Exchange(ref _isDone, 1) != 0)
            return;
        using var relay = new RehearsalRelay();
        using var target = Target.Create(new TargetDescription { Url = relay.Url, Tokens = [.. Enumerable.Range(0, Pairs * scenarios.Count).Select(number => $"rehearsal-{number}")] });
        var small = profile with { Scenarios = scenarios, Thresholds = [], Scores = [], Invariants = null };
        try
        {
            await new LoadRun(new LoadRunOptions(small, target, null, null) { IsRehearsal = true }, time).RunAsync(cancellationToken);
        }
        catch (CommandException)
        {
            // Then the load begins cold, and its scheduling lag tells.
        }
    }

    private static ScenarioProfile Small(ScenarioProfile scenario) => scenario with
    {
        Pairs = Pairs,
        Sessions = new SessionProfile(),
        Messages = scenario.Messages! with
        {
            SlowReaders = 0,
            Size = new SizeProfile { MinBytes = Math.Min(scenario.Messages.Size.Least, LongestMessage), MaxBytes = Math.Min(scenario.Messages.Size.Most, LongestMessage) },
        },
        LoadSimulations = [Short with { Rate = scenario.Messages.Flow is "chat" or "stream" ? QuestionRate : Rate }],
    };
}
