using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

public sealed class KillMatrixTests(ITestOutputHelper output)
{
    [Fact]
    public async Task EveryMutant_AgainstItsRequirement_IsKilledAsMeant()
    {
        var only = Environment.GetEnvironmentVariable("CORALMUX_MUTANTS");
        var mutants = MutantCatalog.All.Where(mutant => only is null || only.Split(',').Any(part => mutant.Id == part || mutant.Requirement.StartsWith(part, StringComparison.Ordinal))).ToList();
        var deaths = await KillMatrix.RunAsync(mutants, wholeSuite: Environment.GetEnvironmentVariable("CORALMUX_MUTANTS_WHOLE_SUITE") == "1", TestContext.Current.CancellationToken);
        foreach (var death in deaths)
            output.WriteLine($"{death.Fate} {death.Mutant.Requirement} {death.Mutant.Id} {death.Took.TotalSeconds:0.0}s\n    {death.Scenario}\n    expected {death.Expected}\n    actual {death.Actual}");
        Assert.All(deaths, death => Assert.Equal(Fate.Killed, death.Fate));
    }
}
