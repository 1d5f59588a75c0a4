using System.CommandLine;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using Spectre.Console;

namespace CoralMux.Harness.Commands;

/// <summary><c>verify [URL]</c>: runs the features against a relay and says whether it conforms.</summary>
internal static class VerifyCommand
{
    private const int RedirectedWidth = 160;

    public static Command Create()
    {
        var options = new TargetOptions("The relay's WebSocket, such as ws://127.0.0.1:8080/ws; without it, the reference relay is started on a free port and verified.");
        var tags = TagsOption.Create();
        var features = new Option<string?>("--features") { Description = "Feature files of your own instead of the suite's.", HelpName = "DIR" };
        var jobs = new Option<int>("--jobs") { Description = "How many scenarios run at once.", HelpName = "N", DefaultValueFactory = _ => SuiteRun.DefaultJobs };
        var timeout = new Option<double>("--timeout") { Description = "How long to wait for what must come, in seconds.", HelpName = "S", DefaultValueFactory = _ => SuiteRun.DefaultPatience.TotalSeconds };
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
        options.AddTo(command);
        var gate = new GateOptions();
        gate.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var plan = LoadPlan(parsed.GetValue(features));
            var expression = TagsOption.Parse(parsed.GetValue(tags), plan.Scenarios.SelectMany(scenario => scenario.Tags).Concat(plan.Register.All.Select(requirement => "@" + requirement.Id)));
            var directory = parsed.GetValue(reports) is { } path ? new ReportDirectory(path) : null;
            var description = options.Describe(parsed);
            var schemas = SchemaCatalog.Load(Suite.BuiltIn.Schemas);
            var known = gate.KnownFailures(parsed, schemas, plan);
            var (selected, formerSeed) = gate.Selection(parsed, plan, description.Url);
            var json = parsed.GetValue(output) == "json";

            // Reports are for stdout only where they are what was asked for.
            var console = CreateConsole(json ? Console.Error : Console.Out, json ? Console.IsErrorRedirected : Console.IsOutputRedirected);

            await using var relay = await RelayUnderTest.OpenAsync(description, cancellationToken);
            using var context = new RunContext(
                relay.Target, schemas, TimeProvider.System,
                TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(seed) ?? (int?)formerSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue))
            {
                Control = relay.Control,
                Start = relay.Start,
            };
            var planned = plan.Select(expression, relay.Target).Where(one => selected?.Contains(one.Scenario.Id) ?? true).ToList();
            if (planned.Count == 0)
                throw new CommandException(ExitCode.Usage, $"No scenario matches --tags \"{expression}\"; see 'coralmux-conformance list'.");

            var told = new ConsoleReport(console);
            told.Begin(context, planned.Count);
            var suite = new SuiteRun(plan, KnownProfiles.Default.Begin(context))
            {
                Jobs = parsed.GetValue(jobs),
                Strict = parsed.GetValue(strict),
                KnownFailures = known,
                Watch = (pace, run) => told.ProgressAsync(planned.Count, pace, run),
            };
            var outcome = await suite.RunAsync(planned, cancellationToken);
            var report = new RunReport(Suite.BuiltIn.ComputeHash(), context.Seed, relay.Target.Description, outcome.StartedAt, outcome.Duration, outcome.Judgement, outcome.Results)
            {
                Options = new RunOptions(Repeatable(parsed, options.Url, options.File, features, strict), parsed.GetValue(strict), outcome.Interrupted),
            };
            if (json)
            {
                await using var stdout = Console.OpenStandardOutput();
                JsonReport.Write(report, stdout);
            }
            else
            {
                told.Write(report);
            }

            directory?.Write(report);
            return (int)report.Judgement.ExitCode;
        });
        return command;
    }

    // What a repetition of one scenario needs: where, and by which words; never a key or a token.
    private static IReadOnlyList<string> Repeatable(ParseResult parsed, Argument<string?> url, Option<string?> target, Option<string?> features, Option<bool> strict)
    {
        IEnumerable<string> Pair(Option<string?> option) => parsed.GetValue(option) is { } value ? [option.Name, value] : [];
        return [.. parsed.GetValue(url) is { } given ? ["verify", given] : new[] { "verify" }, .. Pair(target), .. Pair(features), .. parsed.GetValue(strict) ? [strict.Name] : Array.Empty<string>()];
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

    private static SuitePlan LoadPlan(string? features)
    {
        try
        {
            return SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features);
        }
        catch (FeatureFileException exception)
        {
            // Our own files are our own fault; the user's are a usage error.
            throw new CommandException(features is null ? ExitCode.HarnessFault : ExitCode.Usage, exception.Message);
        }
    }

    private static void AtLeast(bool holds, System.CommandLine.Parsing.OptionResult result, string sentence)
    {
        if (!holds)
            result.AddError(sentence);
    }
}
