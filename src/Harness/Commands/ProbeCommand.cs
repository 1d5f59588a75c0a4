using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Profiles.Pairs.Probing;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Commands;

/// <summary><c>probe URL</c>: finds limits and features by trying, and writes a target description to start from.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        var options = new TargetOptions("The relay's WebSocket, such as ws://127.0.0.1:8080/ws; without a path, /ws is tried too.");
        var slow = new Option<bool>("--slow") { Description = "Also find the time-outs and the ping interval: up to three minutes more." };
        var output = new Option<string?>("--out") { Description = "Write the target description there instead of on stdout.", HelpName = "FILE" };
        var command = new Command("probe", """
            Finds out what a relay offers and what its limits are, and writes a target description to start from.

            Example: coralmux-conformance probe ws://127.0.0.1:8080/ws --admin-key my-secret --out target.json

            It sends real messages through tokens of its own (or those of --token): bursts until RATE_LIMITED, and messages around the
            largest size. What that cost, and what could not be found, is told on stderr.

            Exit codes: 0 written, 2 usage, 3 target unreachable or no relay, 5 the harness itself failed.
            """)
        {
            slow, output,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var description = options.Describe(parsed);
            if (description.Url is null)
                throw new CommandException(ExitCode.Usage, "probe wants the URL of a relay; write ws://host:port/ws.");
            var findings = await ProbeAsync(description, parsed.GetValue(slow), Console.Error, cancellationToken);
            var text = DescriptionText.Of(findings);
            if (parsed.GetValue(output) is not { } path)
                await parsed.InvocationConfiguration.Output.WriteAsync(text);
            else
                await WriteAsync(path, text, cancellationToken);
            return (int)ExitCode.Conformant;
        });
        return command;
    }

    private static async Task<Findings> ProbeAsync(TargetDescription description, bool slow, TextWriter told, CancellationToken cancellationToken)
    {
        description = await WithPathAsync(description, cancellationToken);
        using var target = Target.Create(description);
        using var context = new RunContext(target, SchemaCatalog.Load(Suite.BuiltIn.Schemas), TimeProvider.System, SuiteRun.DefaultPatience, RandomNumberGenerator.GetInt32(int.MaxValue));
        var run = new PairsRun(context);
        await Preflight.CheckAsync(run, cancellationToken);
        var findings = new Findings(description);
        var probe = new RelayProbe(context, question => run.CreateWorld(question, cancellationToken), findings, cancellationToken);
        await probe.RunAsync(slow);
        await TellAsync(findings, probe.Cost(), told);
        return findings;
    }

    // Where the URL has no path, a relay is looked for at /ws, as most have it.
    private static async Task<TargetDescription> WithPathAsync(TargetDescription description, CancellationToken cancellationToken)
    {
        using var given = Target.Create(description);
        if (given.Endpoint.Url.AbsolutePath != "/" || await WireConnection.CanOpenAsync(given.Endpoint, SuiteRun.DefaultPatience, cancellationToken))
            return description;
        var usual = description with { Url = new UriBuilder(given.Endpoint.Url) { Path = "/ws" }.Uri.AbsoluteUri };
        using var target = Target.Create(usual);
        return await WireConnection.CanOpenAsync(target.Endpoint, SuiteRun.DefaultPatience, cancellationToken) ? usual : description;
    }

    private static async Task TellAsync(Findings findings, ProbeCost cost, TextWriter told)
    {
        await told.WriteLineAsync($"{findings.Description.Url}: found");
        foreach (var finding in findings.All.Where(finding => finding.Value is not null))
            await told.WriteLineAsync($"  {finding.Key,-28} {Visible.Line(finding.Value!)}: {Visible.Line(finding.Evidence)}");
        await told.WriteLineAsync("Not found; where it has a key, what was given or the specification's default stands there:");
        foreach (var finding in findings.All.Where(finding => finding.Value is null))
            await told.WriteLineAsync($"  {finding.Key,-28} {Visible.Line(finding.Evidence)}");
        await told.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"It cost {cost.Connections} connections, {cost.Messages} messages of {cost.Bytes:N0} bytes together, {cost.HttpRequests} HTTP requests and {cost.Took.TotalSeconds:0.0} s."));
    }

    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The target description cannot be written: {exception.Message}");
        }
    }
}
