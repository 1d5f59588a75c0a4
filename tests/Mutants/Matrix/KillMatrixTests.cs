using CoralMux.Harness;
using CoralMux.Harness.Proof;
using CoralMux.Harness.Spec;
using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

/// <summary>
/// The kill matrix. <c>CORALMUX_MUTANTS</c> takes some of it (ids of mutants, beginnings of requirement ids),
/// <c>CORALMUX_MUTANTS_WHOLE_SUITE=1</c> runs every scenario against each, <c>CORALMUX_MUTANTS_WRITE</c> names the file
/// to write it to (<c>reports/remake-mutants.sh</c>).
/// </summary>
public sealed class KillMatrixTests(ITestOutputHelper output)
{
    private const int FewestMutants = 120;
    private const int FewestVariants = 25;

    // TRN-06, TRN-07 need TLS below 1.2, TRN-25, TRN-33, LIM-29 permessage-deflate in the relay itself: the saboteur has neither.
    private static readonly string[] s_withoutMutant = ["LIM-29", "TRN-06", "TRN-07", "TRN-25", "TRN-33"];

    [Fact]
    public async Task EveryMutant_AgainstItsRequirement_IsKilledAsMeant()
    {
        string[] requests = ["CORALMUX_MUTANTS", "CORALMUX_MUTANTS_WRITE", "CORALMUX_MUTANTS_WHOLE_SUITE"];
        Assert.SkipUnless(requests.Any(request => Environment.GetEnvironmentVariable(request) is { Length: > 0 }), "the matrix takes minutes of both cores: reports/remake-mutants.sh runs it");
        var only = Environment.GetEnvironmentVariable("CORALMUX_MUTANTS");
        var mutants = MutantCatalog.All.Where(mutant => only is null || only.Split(',').Any(part => mutant.Id == part || mutant.Requirement.StartsWith(part, StringComparison.Ordinal))).ToList();
        var deaths = await KillMatrix.RunAsync(mutants, wholeSuite: Environment.GetEnvironmentVariable("CORALMUX_MUTANTS_WHOLE_SUITE") == "1", Tell, TestContext.Current.CancellationToken);
        Assert.True(deaths.All(death => death.Fate == Fate.Killed), string.Join('\n', deaths.Where(death => death.Fate != Fate.Killed).Select(death =>
            $"{death.Fate}: {death.Mutant.Id} ({death.Mutant.Requirement}) was to fail '{death.Mutant.Scenario}' with '{death.Mutant.Reason}'; seen: {death.Scenario} expected {death.Expected}; {death.Actual}")));
        if (only is not null)
            return;

        var file = new KillMatrixFile([.. deaths.Select(Recorded)], [.. VariantCatalog.All.Select(variant => new KnownVariant(variant.Id, variant.Permission, variant.Sentence))]);
        if (Environment.GetEnvironmentVariable("CORALMUX_MUTANTS_WRITE") is { Length: > 0 } path)
            await File.WriteAllTextAsync(path, file.Write(), TestContext.Current.CancellationToken);
        else
            Assert.True(Steady(file) == Steady(KillMatrixFile.Of(Suite.BuiltIn)), "reports/mutants.json is not what this run came to: remake it with reports/remake-mutants.sh");
    }

    // As it happens, for --show-live-output on: one that hangs is seen by its absence.
    private void Tell(Death death) =>
        output.WriteLine($"{death.Fate} {death.Mutant.Requirement} {death.Mutant.Id} {death.Took.TotalSeconds:0.0}s\n    {death.Scenario}\n    expected {death.Expected}\n    actual {death.Actual}");

    [Fact]
    public void Catalogue_Ids_AreTheirOwn() =>
        Assert.Empty(MutantCatalog.All.Select(mutant => mutant.Id).Concat(VariantCatalog.All.Select(variant => variant.Id)).GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Catalogue_Numbers_AreWhatWasPromised()
    {
        Assert.True(MutantCatalog.All.Count >= FewestMutants);
        Assert.True(VariantCatalog.All.Count >= FewestVariants);
    }

    [Fact]
    public void EveryRequirementWithAScenario_HasAMutant()
    {
        var sources = SpecSources.Load(Suite.BuiltIn);
        var covered = sources.Register.All.Select(requirement => requirement.Id).Where(id => sources.StandingOf(id) == Standing.Covered);
        Assert.Equal(string.Join(' ', s_withoutMutant), string.Join(' ', covered.Except(MutantCatalog.All.Select(mutant => mutant.Requirement)).Order(StringComparer.Ordinal)));
    }

    private static KnownMutant Recorded(Death death)
    {
        var fate = death.Fate switch { Fate.Killed => "killed", Fate.KilledOtherwise => "killed otherwise", Fate.Survived => "survived", _ => "no scenario" };
        return new KnownMutant(
            death.Mutant.Id, death.Mutant.Requirement, death.Mutant.Sentence, death.Scenario ?? death.Mutant.Scenario, death.Mutant.Reason, fate,
            death.Expected is { } expected ? KnownMutant.Mask(expected) : null, death.Actual is { } actual ? KnownMutant.Mask(actual) : null);
    }

    // What was seen, and which of several examples saw it first, may differ between two runs.
    private static string Steady(KillMatrixFile file) =>
        (file with { Mutants = [.. file.Mutants.Select(mutant => mutant with { Expected = null, Actual = null, Scenario = "" })] }).Write();
}
