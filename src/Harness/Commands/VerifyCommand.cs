using System.CommandLine;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Output;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;
using Spectre.Console;

namespace CoralMux.Harness.Commands;

/// <summary><c>verify [URL]</c>: runs the features against a relay and says whether it conforms.</summary>
internal sealed class VerifyCommand
{
    private const int RedirectedWidth = 160;

    private readonly TargetOptions _target = new(
        "The relay's WebSocket, such as ws://127.0.0.1:8080/ws. Without it, the reference relay is started on a free port and verified.");

    private readonly GateOptions _gate = new();
    private readonly Option<string> _tags = TagsOption.Create();
    private readonly Option<string> _output = OutputOption.Create();

    private readonly Option<string?> _features = ValueOption.Create<string?>("--features", "DIR", "Feature files of your own instead of the suite's.");
    private readonly Option<int> _jobs = ValueOption.Create("--jobs", "N", "How many scenarios run at once.", SuiteRun.DefaultJobs);

    private readonly Option<double> _timeout = ValueOption.Create(
        "--timeout", "S", "How long to wait for an expected answer, in seconds.", SuiteRun.DefaultPatience.TotalSeconds);

    private readonly Option<bool> _strict = new("--strict") { Description = "A SHOULD that is not met fails the run." };

    private readonly Option<int?> _seed = ValueOption.Create<int?>(
        "--seed", "N", "Repeats the ids and random messages of the run with this seed; every report names its seed.");

    private readonly Option<string?> _reports = ValueOption.Create<string?>(
        "--out", "DIR", "Write report.html, report.json, junit.xml, cucumber.ndjson, summary.md, badge.svg and transcripts/ there.");

    public static Command Create() => new VerifyCommand().CreateCommand();

    private Command CreateCommand()
    {
        Validate(_jobs, jobs => jobs >= 1, "--jobs must be at least 1.");
        Validate(_timeout, seconds => seconds is > 0 and <= 3600, "--timeout must be more than 0 and at most 3600 seconds.");
        Validate(_seed, seed => seed is null or >= 0, "--seed must be at least 0.");
        var command = new Command("verify", """
            Runs the features against a relay and explains every verdict.

            Examples:
              coralmux-conformance verify
              coralmux-conformance verify ws://127.0.0.1:8080/ws --admin-key my-secret --out reports/today
              coralmux-conformance verify wss://relay.example.com/ws --target targets/mine.json --tags "@PAIR-31 or @LIM-02"

            Exit codes: 0 conformant, 1 not conformant, 2 usage, 3 target unreachable or not a relay, 4 incomplete, 5 the harness itself failed.
            """)
        {
            _tags, _features, _jobs, _timeout, _strict, _seed, _reports, _output,
        };
        _target.AddTo(command);
        _gate.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(parsed, cancellationToken));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var description = _target.Describe(parsed);
        var plan = LoadPlan(ProfileOption.Select(Suite.BuiltIn, description.Profile), parsed.GetValue(_features));
        var known = plan.Scenarios.SelectMany(scenario => scenario.Tags).Concat(plan.Register.All.Select(requirement => "@" + requirement.Id));
        var tags = TagsOption.Parse(parsed.GetValue(_tags), known);
        var directory = parsed.GetValue(_reports) is { } path ? new ReportDirectory(path) : null;
        var schemas = SchemaCatalog.Load(plan.Suite);
        var knownFailures = _gate.KnownFailures(parsed, schemas, plan);
        var (selected, formerSeed) = _gate.Selection(parsed, plan, description.Url);
        var isJson = parsed.GetValue(_output) == "json";

        // With --output json, only the report is on stdout.
        var console = CreateConsole(isJson ? Console.Error : Console.Out, isJson ? Console.IsErrorRedirected : Console.IsOutputRedirected);

        await using var relay = await RelayUnderTest.OpenAsync(description, cancellationToken);
        var seed = parsed.GetValue(_seed) ?? (int?)formerSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        using var context = new RunContext(relay.Target, schemas, TimeProvider.System, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), seed)
        {
            Control = relay.Control,
            Start = relay.Start,
        };
        var planned = plan.Select(tags, relay.Target).Where(one => selected?.Contains(one.Scenario.Id) ?? true).ToList();
        if (planned.Count == 0)
            throw new CommandException(ExitCode.Usage, $"No scenario matches --tags \"{tags}\"; see 'coralmux-conformance list'.");

        var progress = new ConsoleProgress(console);
        progress.Begin(context, planned.Count);
        var suite = new SuiteRun(plan, KnownProfiles.Of(plan.Suite.Profile).Begin(context))
        {
            Jobs = parsed.GetValue(_jobs),
            Strict = parsed.GetValue(_strict),
            KnownFailures = knownFailures,
            Watch = (pace, run) => progress.ProgressAsync(planned.Count, pace, run),
        };
        var outcome = await suite.RunAsync(planned, cancellationToken);
        var report = new RunReport(
            plan.Suite.ComputeHash(), seed, relay.Target.Description, outcome.StartedAt, outcome.Duration, outcome.Judgement, outcome.Results)
        {
            Options = new RunOptions(Repeatable(parsed), parsed.GetValue(_strict), outcome.Interrupted),
        };
        if (isJson)
        {
            await using var stdout = Console.OpenStandardOutput();
            ReportFile.Write(report, stdout);
        }
        else
        {
            new ConsoleReport(console).Write(report);
        }

        directory?.Write(report);
        return report.Judgement.ExitCode;
    }

    // What a repetition of one scenario needs: which relay and which options; never a key or a token.
    private List<string> Repeatable(ParseResult parsed)
    {
        IEnumerable<string> Given(Option<string?> option) => parsed.GetValue(option) is { } value ? [option.Name, value] : [];
        IEnumerable<string> url = parsed.GetValue(_target.Url) is { } given ? [given] : [];
        IEnumerable<string> strict = parsed.GetValue(_strict) ? [_strict.Name] : [];
        return ["verify", .. url, .. Given(_target.File), .. Given(_target.Profile), .. Given(_features), .. strict];
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
            return SuitePlan.Load(suite, KnownProfiles.Of(suite.Profile), features);
        }
        catch (FeatureFileException exception)
        {
            // A fault in the suite's own files is a fault of the harness; in the user's files it is a usage error.
            throw new CommandException(features is null ? ExitCode.HarnessFault : ExitCode.Usage, exception.Message);
        }
    }

    private static void Validate<T>(Option<T> option, Func<T?, bool> holds, string sentence) => option.Validators.Add(result =>
    {
        if (!holds(result.GetValueOrDefault<T>()))
            result.AddError(sentence);
    });
}
