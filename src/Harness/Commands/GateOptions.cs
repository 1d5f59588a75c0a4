using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Commands;

/// <summary>The options of <c>verify</c> for gates in CI: known failures, what failed last time, single scenarios.</summary>
internal sealed class GateOptions
{
    private readonly Option<string?> _knownFailures = ValueOption.Create<string?>(
        "--known-failures",
        "FILE",
        "Known failures of this relay (schemas/known-failures.schema.json). An entry that no longer fails, or has expired, fails the run.");

    private readonly Option<string?> _rerun = ValueOption.Create<string?>(
        "--rerun", "REPORT", "Run only what did not pass in this report.json, with its seed.");

    private readonly Option<string[]> _scenarios = ValueOption.Create<string[]>("--scenario", "ID", "Run only this scenario, by its id; repeatable.");

    public void AddTo(Command command)
    {
        command.Add(_knownFailures);
        command.Add(_rerun);
        command.Add(_scenarios);
    }

    public IReadOnlyList<KnownFailure> KnownFailures(ParseResult parsed, SchemaCatalog schemas, SuitePlan plan) =>
        parsed.GetValue(_knownFailures) is { } path ? KnownFailureFile.Read(path, schemas, plan.Register, plan.Scenarios) : [];

    /// <summary>Which scenarios to run, and the seed of the run to repeat.</summary>
    /// <param name="url">The URL that this run goes to, or null for the reference relay.</param>
    /// <returns>Null for both where no option asks for a selection.</returns>
    /// <exception cref="CommandException">An id that is not in the suite, or a report with nothing to repeat; exit 2.</exception>
    public (IReadOnlySet<string>? Scenarios, long? Seed) Selection(ParseResult parsed, SuitePlan plan, string? url)
    {
        var known = plan.Scenarios.Select(scenario => scenario.Id).ToHashSet(StringComparer.Ordinal);
        var wanted = (parsed.GetValue(_scenarios) ?? []).ToHashSet(StringComparer.Ordinal);
        if (wanted.FirstOrDefault(id => !known.Contains(id)) is { } unknown)
        {
            var near = EditDistance.Nearest(unknown, known) is [_, ..] some ? $"; near are {string.Join(", ", some)}" : "";
            throw new CommandException(ExitCode.Usage, $"There is no scenario '{unknown}'{near}. See 'coralmux-conformance list'.");
        }

        if (parsed.GetValue(_rerun) is not { } path)
            return (wanted.Count > 0 ? wanted : null, null);
        if (wanted.Count > 0)
            throw new CommandException(ExitCode.Usage, "--rerun and --scenario both say what to run; give only one of them.");

        var report = StoredReport.Read(path).Report;
        if (url is null && report.Target.Name != ChildRelay.Name)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{path} is about {Visible.Line(report.Target.Url!)}; give its URL. Without one, the reference relay would be verified.");
        }

        var failed = report.Results.Where(result => result.IsTrouble || result.Violations.Count > 0).Select(result => result.Scenario.Id).ToHashSet();
        if (failed.Count == 0)
            throw new CommandException(ExitCode.Usage, $"Everything passed in {path}: there is nothing to run again.");
        if (failed.FirstOrDefault(id => !known.Contains(id)) is { } gone)
            throw new CommandException(ExitCode.Usage, $"'{gone}' failed in {path}, but the suite no longer has it; run the whole suite.");
        return (failed, report.Seed);
    }
}
