using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
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
        var slow = new Option<bool>("--slow") { Description = "Also find the time-outs and the ping interval; this takes up to three minutes more." };
        var output = new Option<string?>("--out") { Description = "Write the target description there instead of on stdout.", HelpName = "FILE" };
        var command = new Command("probe", """
            Finds out what a relay offers and what its limits are, and writes a target description to start from.

            Example: coralmux-conformance probe ws://127.0.0.1:8080/ws --admin-key my-secret --out target.json

            It sends real messages through tokens of its own (or those of --token): bursts until RATE_LIMITED, and messages around the
            largest size. stderr says what that cost, and what could not be found.

            Exit codes: 0 written, 2 usage, 3 target unreachable or not a relay, 5 the harness itself failed.
            """)
        {
            slow, output,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var description = options.Describe(parsed);
            if (description.Url is null)
                throw new CommandException(ExitCode.Usage, "probe needs the URL of a relay; use for example ws://host:port/ws.");
            var outcome = await ProbeAsync(description, parsed.GetValue(slow), cancellationToken);
            if (parsed.GetValue(output) is not { } path)
                await parsed.InvocationConfiguration.Output.WriteAsync(outcome.Description);
            else
                await WriteAsync(path, outcome.Description, cancellationToken);
            return (int)ExitCode.Conformant;
        });
        return command;
    }

    private static async Task<ProbeOutcome> ProbeAsync(TargetDescription description, bool slow, CancellationToken cancellationToken)
    {
        description = await WithPathAsync(description, cancellationToken);
        using var target = Target.Create(description);
        var suite = ProfileOption.Select(Suite.BuiltIn, description.Profile);
        var schemas = SchemaCatalog.Load(suite);
        using var context = new RunContext(target, schemas, TimeProvider.System, SuiteRun.DefaultPatience, RandomNumberGenerator.GetInt32(int.MaxValue));
        var outcome = await KnownProfiles.Of(suite.Profile).Begin(context).ProbeAsync(slow, cancellationToken);
        await WriteFindingsAsync(description.Url!, outcome, Console.Error);
        return outcome;
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

    private static async Task WriteFindingsAsync(string url, ProbeOutcome outcome, TextWriter output)
    {
        await output.WriteLineAsync($"{url}: found");
        foreach (var finding in outcome.Findings.Where(finding => finding.Value is not null))
            await output.WriteLineAsync($"  {finding.Key,-28} {Visible.Line(finding.Value!)}: {Visible.Line(finding.Evidence)}");
        await output.WriteLineAsync("Not found (for a key of the description, it has the value given, or the specification's default):");
        foreach (var finding in outcome.Findings.Where(finding => finding.Value is null))
            await output.WriteLineAsync($"  {finding.Key,-28} {Visible.Line(finding.Evidence)}");
        var cost = outcome.Cost;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"It cost {cost.Connections} connections, {cost.Messages} messages of {cost.Bytes:N0} bytes together, "
            + $"{cost.HttpRequests} HTTP requests and {cost.Took.TotalSeconds:0.0} s."));
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
