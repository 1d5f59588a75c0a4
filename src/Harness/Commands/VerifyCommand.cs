using System.CommandLine;
using System.Security.Cryptography;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Steps;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Targets.Tokens;
using CoralMux.Harness.Verdicts;
using Spectre.Console;

namespace CoralMux.Harness.Commands;

/// <summary><c>verify [URL]</c>: runs the features against a relay and says whether it conforms.</summary>
internal static class VerifyCommand
{
    private const int DefaultJobs = 16;
    private const int RedirectedWidth = 160;
    private const double DefaultTimeoutSeconds = 10;
    private const int TokensOfAScenario = 3;

    public static Command Create()
    {
        var relay = new TargetOptions("The relay's WebSocket, such as ws://127.0.0.1:8080/ws; without it, the reference relay is started on a free port and verified.");
        var tags = TagsOption.Create();
        var features = new Option<string?>("--features") { Description = "Feature files of your own instead of the suite's.", HelpName = "DIR" };
        var jobs = new Option<int>("--jobs") { Description = "How many scenarios run at once.", HelpName = "N", DefaultValueFactory = _ => DefaultJobs };
        var timeout = new Option<double>("--timeout") { Description = "How long to wait for what must come, in seconds.", HelpName = "S", DefaultValueFactory = _ => DefaultTimeoutSeconds };
        var strict = new Option<bool>("--strict") { Description = "A SHOULD that is not met fails the run." };
        var seed = new Option<int?>("--seed") { Description = "Gives the same ids and random messages again; every report names its seed.", HelpName = "N" };
        var reports = new Option<string?>("--out") { Description = "Write report.html, report.json, junit.xml, cucumber.ndjson, summary.md, badge.svg and transcripts/ there.", HelpName = "DIR" };
        var output = OutputOption.Create();
        jobs.Validators.Add(result => AtLeast(result.GetValueOrDefault<int>() >= 1, result, "--jobs wants a whole number from 1."));
        timeout.Validators.Add(result => AtLeast(result.GetValueOrDefault<double>() is > 0 and <= 3600, result, "--timeout wants seconds, more than 0 and at most 3600."));
        seed.Validators.Add(result => AtLeast(result.GetValueOrDefault<int?>() is null or >= 0, result, "--seed wants a whole number from 0."));

        var command = new Command("verify", """
            Runs the features against a relay and explains every verdict.

            Examples:
              coralmux-conformance verify
              coralmux-conformance verify ws://127.0.0.1:8080/ws --admin-key my-secret --out reports/today
              coralmux-conformance verify wss://relay.example.com/ws --target targets/mine.json --tags "@PAIR-31 or @LIM-02"

            Exit codes: 0 conformant, 1 not conformant, 2 usage, 3 target unreachable or no relay, 4 incomplete, 5 the harness itself failed.
            """)
        {
            tags, features, jobs, timeout, strict, seed, reports, output,
        };
        relay.AddTo(command);
        var gate = new GateOptions();
        gate.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var description = relay.Describe(parsed);
            var plan = LoadPlan(ProfileOption.Select(Suite.BuiltIn, description.Profile), parsed.GetValue(features));
            var expression = TagsOption.Parse(parsed.GetValue(tags), plan.Scenarios.SelectMany(scenario => scenario.Tags).Concat(plan.Register.All.Select(requirement => "@" + requirement.Id)));
            var directory = parsed.GetValue(reports) is { } path ? new ReportDirectory(path) : null;
            var schemas = SchemaCatalog.Load(plan.Suite);
            var known = gate.KnownFailures(parsed, schemas, plan);
            var (selected, formerSeed) = gate.Selection(parsed, plan, description.Url);
            var json = parsed.GetValue(output) == "json";

            // Reports are for stdout only where they are what was asked for.
            var console = CreateConsole(json ? Console.Error : Console.Out, json ? Console.IsErrorRedirected : Console.IsOutputRedirected);

            await using var child = description.Url is null ? await ChildRelay.LaunchAsync(cancellationToken) : null;
            using var target = Target.Create(child?.Description ?? description);
            var run = new RunContext(
                target, new TokenSource(target, TimeProvider.System), schemas, TimeProvider.System,
                TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(seed) ?? (int?)formerSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue))
            {
                Control = (RelayControl?)child ?? (description.RestartCommand is { Count: > 0 } restart ? new RestartCommand(restart, target.Endpoint) : null),
                Start = StartedRelay.Starter(child, description),
            };
            var planned = plan.Select(expression, target).Where(one => selected?.Contains(one.Scenario.Id) ?? true).ToList();
            if (planned.Count == 0)
                throw new CommandException(ExitCode.Usage, $"No scenario matches --tags \"{expression}\"; see 'coralmux-conformance list'.");

            var report = await RunAsync(run, plan, planned, parsed.GetValue(jobs), known, new RunOptions(Repeatable(parsed, relay, features, strict), parsed.GetValue(strict)), new ConsoleReport(console), cancellationToken);
            if (json)
            {
                await using var stdout = Console.OpenStandardOutput();
                JsonReport.Write(report, stdout);
            }
            else
            {
                new ConsoleReport(console).Write(report);
            }

            directory?.Write(report);
            return (int)report.Judgement.ExitCode;
        });
        return command;
    }

    private static async Task<RunReport> RunAsync(
        RunContext run, SuitePlan plan, List<PlannedScenario> planned, int jobs, IReadOnlyList<KnownFailure> known, RunOptions options, ConsoleReport console, CancellationToken cancellationToken)
    {
        console.Begin(run, planned.Count);
        var startedAt = run.Time.GetUtcNow();
        var started = run.Time.GetTimestamp();
        try
        {
            await Preflight.CheckAsync(run, cancellationToken);
            await run.Tokens.PrepareAsync(run, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run below ends at once, with every scenario not run.
        }

        var pace = run.Tokens.Pool is { } pool && Concurrency(pool, jobs) == 1 ? BeginWithFewTokens(run, pool, planned, console) : null;
        var results = await console.ProgressAsync(planned.Count, pace, onResult => new ScenarioRunner(run, Concurrency(run.Tokens.Pool, jobs)).RunAsync(planned, onResult, cancellationToken));
        var interrupted = cancellationToken.IsCancellationRequested;
        var judgement = Judgement.Over(plan.Register, results, plan.Excluded, run.Target.Claims, options.Strict, interrupted, known, DateOnly.FromDateTime(startedAt.UtcDateTime));
        return new RunReport(plan.Suite.ComputeHash(), run.Seed, run.Target.Description, startedAt, run.Time.GetElapsedTime(started), judgement, results)
        {
            Options = options with { Interrupted = interrupted },
        };
    }

    // What a repetition of one scenario needs: where, and by which words; never a key or a token.
    private static IReadOnlyList<string> Repeatable(ParseResult parsed, TargetOptions relay, Option<string?> features, Option<bool> strict)
    {
        IEnumerable<string> Pair(Option<string?> option) => parsed.GetValue(option) is { } value ? [option.Name, value] : [];
        string[] begin = parsed.GetValue(relay.Url) is { } given ? ["verify", given] : ["verify"];
        return [.. begin, .. Pair(relay.File), .. Pair(relay.Profile), .. Pair(features), .. parsed.GetValue(strict) ? [strict.Name] : Array.Empty<string>()];
    }

    private static IAnsiConsole CreateConsole(TextWriter output, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }

    private static SuitePlan LoadPlan(Suite suite, string? features)
    {
        try
        {
            return SuitePlan.Load(suite, features);
        }
        catch (FeatureFileException exception)
        {
            // Our own files are our own fault; the user's are a usage error.
            throw new CommandException(features is null ? ExitCode.HarnessFault : ExitCode.Usage, exception.Message);
        }
    }

    private static Pace BeginWithFewTokens(RunContext run, TokenPool pool, List<PlannedScenario> planned, ConsoleReport console)
    {
        var (together, alone) = ScenarioRunner.Order(planned, sharesTokens: true);
        var forecast = Forecast.Of(together.Concat(alone), pool.UntilFull(), run.Target.Limits);
        console.BeginWithFewTokens(pool, run.Target.Limits, forecast.Total);
        return new Pace(forecast, pool, run.Time);
    }

    // Few tokens are shared: most scenarios take one of their own, the innocent pair's, and perhaps another pair's.
    private static int Concurrency(TokenPool? pool, int jobs) => pool is null ? jobs : Math.Clamp(pool.Count / TokensOfAScenario, 1, jobs);

    private static void AtLeast(bool holds, System.CommandLine.Parsing.OptionResult result, string sentence)
    {
        if (!holds)
            result.AddError(sentence);
    }
}
