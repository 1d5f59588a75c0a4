using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;
using CoralMux.Harness.Spec.Site;

namespace CoralMux.Harness.Commands;

/// <summary><c>spec</c>: checks the specification, or builds it as a web site.</summary>
internal static class SpecCommand
{
    private const string DefaultSuite = "the checkout around the working directory, otherwise the suite that this program was built with";

    public static Command Create() => new("spec", "Checks the specification, or builds it as a web site.") { CreateCheck(), CreateBuild() };

    private static Command CreateCheck()
    {
        var suite = SuiteOption.Create(DefaultSuite);
        var profile = ProfileOption.Create();
        var confirm = new Option<string[]>("--confirm")
        {
            Description = "Confirms that you checked the scenarios of these ids against their clauses; with --all, of every id.",
            HelpName = "ID…",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--all") { Description = "With --confirm: every requirement." };
        var output = OutputOption.Create();
        var command = new Command("check",
            "Checks that every requirement has its scenario and every scenario its requirement; exit 1 with one line per problem.\n\n" +
            "Example: coralmux-conformance spec check --confirm PAIR-07 LIM-03")
        {
            suite, profile, confirm, all, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            var at = Checkout(parsed.GetValue(suite), parsed.GetValue(profile));
            if (parsed.GetResult(confirm) is not null)
                Confirm(at, parsed.GetValue(confirm) ?? [], parsed.GetValue(all));
            else if (parsed.GetValue(all))
                throw new CommandException(ExitCode.Usage, "--all needs --confirm: it confirms every requirement.");
            var checkedSuite = at ?? ProfileOption.Select(Suite.BuiltIn, parsed.GetValue(profile));
            return await CheckAsync(checkedSuite, parsed.GetValue(output) == "json", parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static Command CreateBuild()
    {
        var suite = SuiteOption.Create(DefaultSuite);
        var profile = ProfileOption.Create();
        var directory = new Option<DirectoryInfo>("--out") { Description = "Directory for the pages.", HelpName = "DIR", Required = true };
        var command = new Command("build", "Builds the specification as a static web site that needs no network and no server.\n\n" +
            "Example: coralmux-conformance spec build --out out/site")
        {
            suite, profile, directory,
        };
        command.SetAction(async (parsed, _) =>
        {
            var target = parsed.GetValue(directory)!.FullName;
            var at = Checkout(parsed.GetValue(suite), parsed.GetValue(profile)) ?? ProfileOption.Select(Suite.BuiltIn, parsed.GetValue(profile));
            var pages = Build(at, target);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{pages} pages; start at {Path.Combine(target, "index.html")}");
            return (int)ExitCode.Conformant;
        });
        return command;
    }

    private static Suite? Checkout(DirectoryInfo? directory, string? profile) =>
        SuiteOption.Given(directory, profile) ?? SuiteOption.OfWorkingDirectory(profile);

    private static int Build(Suite suite, string target)
    {
        try
        {
            return SiteBuilder.Build(suite, target);
        }
        catch (SiteException exception)
        {
            throw new CommandException(ExitCode.NonConformant, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The site cannot be written to {target}: {exception.Message}");
        }
    }

    private static async Task<int> CheckAsync(Suite suite, bool json, TextWriter output)
    {
        var sources = Load(suite);
        var problems = SpecCheck.Run(sources, KnownProfiles.Default.Steps);
        await (json ? output.WriteJsonAsync(SpecCheckReport.ToJson(sources, problems)) : SpecCheckReport.WriteTextAsync(sources, problems, output));
        return (int)(problems.Count == 0 ? ExitCode.Conformant : ExitCode.NonConformant);
    }

    /// <summary>A feature file that is not Gherkin is a problem of the specification like any other.</summary>
    private static SpecSources Load(Suite suite)
    {
        try
        {
            return SpecSources.Load(suite);
        }
        catch (FeatureFileException exception)
        {
            throw new CommandException(ExitCode.NonConformant, $"features/{exception.Message}");
        }
    }

    private static void Confirm(Suite? suite, string[] ids, bool all)
    {
        if (suite is null)
            throw new CommandException(ExitCode.Usage, "--confirm writes requirements.lock: run it inside a checkout, or name a checkout with --suite.");
        if (ids.Length == 0 && !all)
            throw new CommandException(ExitCode.Usage, "--confirm needs the ids whose scenarios you checked, or --all.");

        var sources = Load(suite);
        if (ids.FirstOrDefault(id => sources.Register.Find(id) is null) is { } unknown)
            throw new CommandException(ExitCode.Usage, UnknownId.Sentence(unknown, sources.Register));

        var confirmed = sources.Register.All.DistinctBy(requirement => requirement.Id).Where(requirement => all || ids.Contains(requirement.Id));
        var text = (sources.Lock ?? RequirementLock.Parse("")).Confirm(confirmed, sources.Retired.Select(row => row.Id).ToHashSet());
        File.WriteAllText(Path.Combine(suite.Specification, RequirementLock.FileName), text);
    }
}
