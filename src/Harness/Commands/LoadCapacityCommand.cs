using System.CommandLine;
using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load;
using CoralMux.Harness.Load.Live;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Commands;

/// <summary><c>capacity [URL]</c>: searches the highest sustainable load and answers with an interval.</summary>
internal static class LoadCapacityCommand
{
    private const int WarmUpMs = 2_000;

    public static Command Create()
    {
        var profile = new Option<string>("--profile") { Description = "The profile whose rate is varied.", HelpName = "PROFILE", DefaultValueFactory = _ => "steady" };
        var start = new Option<double>("--start") { Description = "Messages a second to begin with.", HelpName = "N", DefaultValueFactory = _ => 1000 };
        var highest = new Option<double>("--max") { Description = "Messages a second at which to stop climbing.", HelpName = "N", DefaultValueFactory = _ => 1_000_000 };
        var precision = new Option<double>("--precision") { Description = "Width of the answer, as a share of it.", HelpName = "N", DefaultValueFactory = _ => 0.1 };
        var directory = new Option<string?>("--out") { Description = "Write report.json, junit.xml, summary.md and tables there.", HelpName = "DIR" };
        var output = OutputOption.Create();
        var options = new LoadOptions();
        var command = new Command("capacity", """
            Searches the highest load that a relay sustains under the thresholds, and says what gave way first.

            Example: coralmux-conformance capacity ws://127.0.0.1:8080/ws --admin-key my-secret --duration 30s --threshold 'one_way p99 < 20ms'

            Exit codes: 0 an interval was found, 1 not even the first step was sustained, or a step broke an invariant (isolation, order, delivery, …), 2 usage, 3 target unreachable, 4 the generator was the bottleneck from the start.
            """);
        options.AddTo(command);
        foreach (Option option in new Option[] { profile, start, highest, precision, directory, output })
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(start) <= 0 || parsed.GetValue(highest) < parsed.GetValue(start) || parsed.GetValue(precision) is <= 0 or >= 1)
                throw new CommandException(ExitCode.Usage, "--start wants more than 0, --max no less than it, --precision a share between 0 and 1.");
            SocketThreads.Inline();
            var scaled = options.Profile(parsed, parsed.GetValue(profile)!);
            var files = parsed.GetValue(directory) is { } path ? new LoadReportDirectory(path) : null;
            await using var target = await options.TargetAsync(parsed, scaled, cancellationToken);
            var isJson = parsed.GetValue(output) == "json";
            var view = CapacityView.On(isJson);
            var search = new CapacitySearch(
                (rate, token) => new LoadRun(new LoadRunOptions(AtRate(scaled, rate), target.Target, target.Url, target.Process) { WarmUp = TimeSpan.FromMilliseconds(WarmUpMs), Observers = [view] }, TimeProvider.System).RunAsync(token),
                parsed.GetValue(start), parsed.GetValue(highest), parsed.GetValue(precision))
            {
                OnBegin = view.StepBegins,
                OnStep = view.StepEnded,
            };
            var report = await view.RunAsync(() => search.RunAsync(cancellationToken));
            files?.Write(report);
            var answer = report.Capacity!;
            var text = parsed.InvocationConfiguration.Output;
            await text.WriteLineAsync(isJson ? LoadReportFile.ToText(report) : string.Create(CultureInfo.InvariantCulture,
                $"Sustained: {answer.LowRate:0} messages a second; not sustained: {(answer.HighRate is { } high ? high.ToString("0", CultureInfo.InvariantCulture) : "nothing up to --max")}; what gave way first: {answer.LimitedBy}."));
            var broken = report.Invariants.Where(one => one.Violations > 0).Select(one => one.Name).ToList();
            if (broken.Count > 0)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"What a relay owes at any load was broken: {string.Join(", ", broken)}.");
                return (int)ExitCode.NonConformant;
            }

            return (int)(answer.LowRate > 0 ? ExitCode.Conformant : answer.LimitedBy == "generator" ? ExitCode.Incomplete : ExitCode.NonConformant);
        });
        return command;
    }

    // The same steady rate for every pair: warmed up, then held as long as the profile lasts.
    private static LoadProfile AtRate(LoadProfile profile, double rate)
    {
        var pairs = profile.Scenarios.Where(scenario => scenario.Messages is not null).Sum(scenario => scenario.Pairs);
        return profile with
        {
            Scenarios = [.. profile.Scenarios.Select(scenario => scenario.Messages is null ? scenario : scenario with
            {
                LoadSimulations = [new LoadSimulation("constant", WarmUpMs) { Rate = rate / pairs }, new LoadSimulation("constant", scenario.DurationMs) { Rate = rate / pairs }],
            })],
        };
    }
}
