using CoralMux.Harness.Basics;
using CoralMux.Harness.Running;
using CoralMux.Harness.Verdicts;
using Spectre.Console;

namespace CoralMux.Harness.Reports;

/// <summary>What a person sees while scenarios run.</summary>
public sealed class ConsoleProgress(IAnsiConsole console)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    public void Begin(RunContext run, int scenarios)
    {
        var relay = $"{run.Target.Description.Name ?? "relay"} at {run.Target.Endpoint.Url}";
        var count = scenarios == 1 ? "1 scenario" : $"{scenarios} scenarios";
        console.MarkupLineInterpolated($"[bold]CoralMux conformance {Suite.Version}[/] [grey]·[/] {relay} [grey]· {count} · seed {run.Seed}[/]");
    }

    /// <summary>Runs something while a bar shows how many scenarios have ended; without a terminal, silently.</summary>
    /// <param name="pace">Of a run with few tokens, else null: without a terminal a line is written now and then.</param>
    public async Task<T> ProgressAsync<T>(int total, Pace? pace, Func<Action<ScenarioResult>, Task<T>> run)
    {
        if (pace is not null)
            console.MarkupLineInterpolated($"{pace.Notice}");
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return await run(Slowly(total, pace));

        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask($"0 of {total} scenarios", maxValue: total);
                var troubles = 0;
                var gate = new Lock();
                if (pace is not null)
                    pace.Changed += text => bar.Description = $"{(int)bar.Value} of {total} scenarios, {Markup.Escape(text)}";
                return await run(result =>
                {
                    lock (gate)
                    {
                        pace?.Done();
                        bar.Increment(1);
                        troubles += result.IsTrouble ? 1 : 0;
                        bar.Description = $"{(int)bar.Value} of {total} scenarios{(troubles > 0 ? $", [red]{troubles} not passed[/]" : "")}";
                    }
                });
            });
    }

    private Action<ScenarioResult> Slowly(int total, Pace? pace)
    {
        if (pace is null)
            return _ => { };
        var done = 0;
        var written = pace.Elapsed;
        return _ =>
        {
            pace.Done();
            done++;
            if (pace.Elapsed - written < BetweenLines)
                return;
            written = pace.Elapsed;
            console.WriteLine($"{done} of {total} scenarios, {Pace.Say(pace.Left)} left");
        };
    }
}
