using System.CommandLine;
using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Capacity;
using CoralMux.Harness.Load.Live;
using CoralMux.Harness.Load.Output;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Commands;

/// <summary><c>capacity [URL]</c>: searches the highest sustainable load and answers with an interval.</summary>
internal static class LoadCapacityCommand
{
    private const int WarmUpMs = 2_000;

    public static Command Create()
    {
        var profile = Valued("--profile", "PROFILE", "steady", "The profile whose rate is varied.");
        var start = Valued("--start", "N", 1000.0, "The first rate, in messages a second.");
        var highest = Valued("--max", "N", 1_000_000.0, "The highest rate to climb to, in messages a second.");
        var precision = Valued("--precision", "N", 0.1, "Width of the answer, as a share of it.");
        var directory = new Option<string?>("--out") { Description = "Write the reports to this directory.", HelpName = "DIR" };
        var output = OutputOption.Create();
        var options = new LoadOptions();
        var command = new Command("capacity", """
            Searches the highest load that a relay sustains under the thresholds, and says what gave way first.

            Example: coralmux-conformance capacity ws://127.0.0.1:8080/ws --admin-key my-secret --duration 30s --threshold 'one_way p99 < 20ms'

            Exit codes: 0 an interval was found, 1 not even the first step was sustained, or a step violated an invariant (isolation, order, delivery, …),
            2 usage, 3 target unreachable, 4 the generator was the bottleneck from the start.
            """);
        options.AddTo(command);
        foreach (Option option in new Option[] { profile, start, highest, precision, directory, output })
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (first, last, width) = (parsed.GetValue(start), parsed.GetValue(highest), parsed.GetValue(precision));
            if (first <= 0 || last < first || width is <= 0 or >= 1)
                throw new CommandException(ExitCode.Usage, "--start must be above 0, --max at least --start, and --precision between 0 and 1.");
            SocketThreads.Inline();
            var scaled = options.Profile(parsed, parsed.GetValue(profile)!);
            var files = parsed.GetValue(directory) is { } path ? new LoadReportDirectory(path) : null;
            await using var target = await options.TargetAsync(parsed, scaled, cancellationToken);
            var isJson = parsed.GetValue(output) == "json";
            var view = new CapacityView(LiveTerminal.For(isSilent: isJson));
            var search = new CapacitySearch((rate, token) => RunStepAsync(AtRate(scaled, rate), target, view, token), first, last, width)
            {
                OnBegin = view.StepBegins,
                OnStep = view.StepEnded,
            };
            var report = await view.RunAsync(() => search.RunAsync(cancellationToken));
            files?.Write(report);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(isJson ? LoadReportFile.ToText(report) : Sentence(report.Capacity!));
            var violated = report.Invariants.Where(one => one.Violations > 0).Select(one => Word.Of(one.Name)).ToList();
            if (violated.Count > 0)
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"Invariant violated: {string.Join(", ", violated)}.");
            return (int)ExitCodeOf(report.Capacity!, violated.Count > 0);
        });
        return command;
    }

    private static Option<T> Valued<T>(string name, string value, T usual, string description) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => usual };

    private static Task<LoadReport> RunStepAsync(LoadProfile profile, LoadTargetHandle target, CapacityView view, CancellationToken cancellationToken)
    {
        var options = new LoadRunOptions(profile, target.Target, target.Url, target.Process)
        {
            WarmUp = TimeSpan.FromMilliseconds(WarmUpMs), Observers = [view],
        };
        return new LoadRun(options, KnownProfiles.LoadDriverOf(target.Target.Description.Profile), TimeProvider.System).RunAsync(cancellationToken);
    }

    private static ExitCode ExitCodeOf(CapacityAnswer answer, bool isViolated) =>
        isViolated ? ExitCode.NonConformant
        : answer.LowRate > 0 ? ExitCode.Conformant
        : answer.LimitedBy == CapacityLimit.Generator ? ExitCode.Incomplete : ExitCode.NonConformant;

    private static string Sentence(CapacityAnswer answer)
    {
        var high = answer.HighRate?.ToString("0", CultureInfo.InvariantCulture) ?? "nothing up to --max";
        var low = answer.LowRate.ToString("0", CultureInfo.InvariantCulture);
        return $"Sustained: {low} messages a second; not sustained: {high}; what gave way first: {Word.Of(answer.LimitedBy)}.";
    }

    // The same steady rate for every pair: warmed up, then held as long as the profile lasts.
    private static LoadProfile AtRate(LoadProfile profile, double rate)
    {
        var each = rate / profile.Scenarios.Where(scenario => scenario.Messages is not null).Sum(scenario => scenario.Pairs);
        LoadSimulation Steady(long durationMs) => new(SimulationKind.Constant, durationMs) { Rate = each };
        return profile with
        {
            Scenarios = [.. profile.Scenarios.Select(scenario =>
                scenario.Messages is null ? scenario : scenario with { LoadSimulations = [Steady(WarmUpMs), Steady(scenario.DurationMs)] })],
        };
    }
}
