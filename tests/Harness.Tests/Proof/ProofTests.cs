using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Proof;
using CoralMux.Harness.Reports;
using CoralMux.Harness.Reports.Output;
using CoralMux.Harness.Running;
using CoralMux.Harness.Spec.Site;
using CoralMux.Harness.Tests.Commands;
using CoralMux.Harness.Tests.Protocol;
using CoralMux.Harness.Tests.Reports;
using CoralMux.Harness.Verdicts;
using Spectre.Console;

namespace CoralMux.Harness.Tests.Proof;

/// <summary>The kill matrix of this repository, and where it is shown.</summary>
public sealed class ProofTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coralmux-proof-");

    private static KillMatrixFile Matrix => KillMatrixFile.Of(Repository.Suite);

    private static KnownMutant FirstWins => Matrix.Mutants.Single(mutant => mutant.Id == "first-wins");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Matrix_OfTheRepository_FollowsItsSchemaAndNobodySurvives()
    {
        Assert.Empty(SchemaCatalog.Load(Repository.Suite).Validate("mutants", File.ReadAllBytes(Repository.At("reports", "mutants.json"))));
        Assert.NotEmpty(Matrix.Mutants);
        Assert.All(Matrix.Mutants, mutant => Assert.Equal("killed", mutant.Fate));
        Assert.Equal(Matrix.Write(), KillMatrixFile.BuiltIn.Write());
    }

    [Fact]
    public void LookingLike_FailureAsAMutantShowsIt_NamesThatMutant() =>
        Assert.Contains(FirstWins, KnownMutant.LookingLike(Matrix.Mutants, Failure(FirstWins.Actual!)));

    [Fact]
    public void LookingLike_OtherFailureOfTheScenario_DoesNotNameIt() =>
        Assert.DoesNotContain(FirstWins, KnownMutant.LookingLike(
            Matrix.Mutants, Failure("the moon fell into the sea and took every connection, every notice and every hope along with it")));

    [Fact]
    public async Task Explain_RequirementWithAMutant_SaysWhatItDoesAndWhoCatchesIt()
    {
        var (exitCode, output, _) = await Cli.RunAsync("explain", FirstWins.Requirement);
        Assert.Equal(0, exitCode);
        Assert.Contains($"first-wins: {FirstWins.Does}", output, StringComparison.Ordinal);
        Assert.Contains($"killed by {FirstWins.Scenario}", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Console_FailureAsAMutantShowsIt_SaysWhatItLooksLike()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 200;
        new ConsoleReport(console).Write(Report());
        Assert.Contains($"looks like   {FirstWins.Does}", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_FailureAsAMutantShowsIt_SaysWhatItLooksLike()
    {
        new ReportDirectory(_directory.FullName).Write(Report());
        Assert.Contains($"Looks like: {FirstWins.Does}", File.ReadAllText(Path.Combine(_directory.FullName, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Site_ProofPage_ListsEveryMutantAndVariant()
    {
        SiteBuilder.Build(Repository.Suite, _directory.FullName);
        var page = File.ReadAllText(Path.Combine(_directory.FullName, "proof.html"));
        Assert.Contains($"{Matrix.Mutants.Count} of {Matrix.Mutants.Count} are caught", page, StringComparison.Ordinal);
        Assert.Equal(Matrix.Mutants.Count + Matrix.Variants.Count + 2, page.Split("<tr>").Length - 1);
    }

    private static RunReport Report()
    {
        var run = HostileRun.Create();
        return run with { Results = [.. run.Results, Failure(FirstWins.Actual!)] };
    }

    private static ScenarioResult Failure(string actual)
    {
        var scenario = SuitePlan.Load(Suite.BuiltIn, KnownProfiles.Default, features: null).Scenarios.Single(scenario => scenario.Id == FirstWins.Scenario);
        return new ScenarioResult(
            scenario, Verdict.Fail, TimeSpan.FromSeconds(1), $"expected {FirstWins.Expected}; {actual}", new Finding(FirstWins.Expected!, actual),
            scenario.Steps[^1], [], []);
    }
}
