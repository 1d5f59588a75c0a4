using System.CommandLine;
using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Live;
using CoralMux.Harness.Load.Output;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Load.Shards;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Commands;

/// <summary><c>load PROFILE [URL]</c>: runs one load profile.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var profile = new Argument<string>("PROFILE") { Description = $"One of {string.Join(", ", ProfileFile.Names)}; or a file." };
        var directory = new Option<string?>("--out") { Description = "Write report.json, report.html and the others to this directory.", HelpName = "DIR" };
        var baseline = new Option<string?>("--baseline")
        {
            Description = "A report.json to compare with, for thresholds such as 'one_way p99 delta < 10%'.", HelpName = "REPORT",
        };
        var shard = new Option<string?>("--shard")
        {
            Description = "Part I of N, counted from 0; 'auto/N' takes I from JOB_COMPLETION_INDEX, SLURM_ARRAY_TASK_ID or PARALLEL_SEQ.", HelpName = "I/N",
        };
        var startAt = new Option<string?>("--start-at")
        {
            Description = "When the load begins, for example 2026-11-21T04:00:00Z; the same for all shards.", HelpName = "TIME",
        };
        var output = OutputOption.Create();
        var options = new LoadOptions();
        var command = new Command("load", """
            Runs a load profile against a relay and judges its thresholds.

            Examples:
              coralmux-conformance load chat-realistic --quick
              coralmux-conformance load payload-5mb ws://127.0.0.1:8080/ws --admin-key my-secret --out out
              coralmux-conformance load soak wss://relay.example.com/ws --pairs 500 --duration 24h --threshold 'one_way p99 < 20ms over 60s'

            Exit codes: 0 thresholds met, 1 a threshold missed or an invariant violated, 2 usage, 3 target unreachable,
            4 invalid run (the generator was the bottleneck, or interrupted), 5 the harness itself failed.
            """)
        {
            profile,
        };
        options.AddTo(command);
        foreach (Option option in new Option[] { directory, baseline, shard, startAt, output })
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SocketThreads.Inline();
            var scaled = options.Profile(parsed, parsed.GetValue(profile)!);
            var former = parsed.GetValue(baseline) is { } report ? LoadReportFile.Read(report) : null;
            var part = LoadShards.Parse(parsed.GetValue(shard), parsed.GetValue(startAt), Environment.GetEnvironmentVariable);
            var files = parsed.GetValue(directory) is { } path ? new LoadReportDirectory(path) : null;
            await using var target = await options.TargetAsync(parsed, scaled, cancellationToken);
            var isJson = parsed.GetValue(output) == "json";
            var run = new LoadRunOptions(scaled, target.Target, target.Url, target.Process)
            {
                Quick = options.IsQuick(parsed), Shard = part, Baseline = former, HistogramLog = files?.HistogramLog,
            };
            var driver = KnownProfiles.LoadDriverOf(target.Target.Description.Profile);
            var result = await new LiveView(LiveTerminal.For(isSilent: isJson)).RunAsync(observers =>
                new LoadRun(run with { Observers = observers }, driver, TimeProvider.System).RunAsync(cancellationToken));
            files?.Write(result, former);
            var text = parsed.InvocationConfiguration.Output;
            await text.WriteLineAsync(isJson ? LoadReportFile.ToText(result) : LoadSummary.Text(result));
            return result.ExitCode;
        });
        return command;
    }
}
