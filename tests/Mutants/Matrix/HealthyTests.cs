using CoralMux.Harness.Verdicts;
using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

/// <summary>The positive control of the whole matrix.</summary>
public sealed class HealthyTests
{
    [Fact]
    public async Task HealthyRelay_BehindAnIdleSaboteur_PassesEverything()
    {
        var healthy = new Mutant("healthy", "", "Nothing is wrong.", "", "") { Limits = Mutant.Hasty with { AuthTimeoutMs = 3000, IdleTimeoutMs = 4000 } };
        var results = await Trial.RunAsync(healthy, "", TestContext.Current.CancellationToken);
        Assert.Empty(results.Where(result => result.Verdict != Verdict.Pass).Select(result => $"{result.Scenario.Id}: {result.Verdict} {result.Message}"));
        Assert.Empty(results.SelectMany(result => result.Violations));
    }
}
