using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Proof;
using CoralMux.Harness.Spec;
using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

/// <summary>
/// The kill matrix, on request (<c>tests/Mutants/run.sh</c>). <c>CORALMUX_MUTANTS</c>: <c>all</c>, which is held against
/// <c>reports/mutants.json</c>, or some of it with commas between (ids of mutants, beginnings of requirement ids).
/// <c>CORALMUX_MUTANTS_WRITE</c> names the file to write all of it to; <c>CORALMUX_MUTANTS_WHOLE_SUITE=1</c> runs every
/// scenario against each, and the tolerant variants too.
/// </summary>
public sealed class KillMatrixTests(ITestOutputHelper output)
{
    private const int FewestMutants = 120;
    private const int FewestVariants = 25;

    private const string All = "all";

    [Fact]
    public async Task EveryMutant_AgainstItsRequirement_IsKilledAsMeant()
    {
        var request = Environment.GetEnvironmentVariable("CORALMUX_MUTANTS");
        var path = Environment.GetEnvironmentVariable("CORALMUX_MUTANTS_WRITE");
        Assert.SkipWhen(string.IsNullOrEmpty(request), "the matrix takes both cores for a minute or two: tests/Mutants/run.sh");
        Assert.True(request == All || string.IsNullOrEmpty(path), "CORALMUX_MUTANTS_WRITE writes the whole matrix: it goes with CORALMUX_MUTANTS=all");
        var mutants = Requested(request!);
        var deaths = await KillMatrix.RunAsync(mutants, wholeSuite: VariantRun.IsWanted, Tell, TestContext.Current.CancellationToken);
        Assert.True(deaths.All(death => death.Fate == Fate.Killed), string.Join('\n', deaths.Where(death => death.Fate != Fate.Killed).Select(death =>
            $"{death.Fate}: {death.Mutant.Id} ({death.Mutant.Requirement}) was to fail '{death.Mutant.Scenario}' with '{death.Mutant.Reason}'; " +
                $"seen: {death.Scenario} expected {death.Expected}; {death.Actual}")));
        if (request != All)
            return;

        var file = new KillMatrixFile(
            [.. deaths.Select(Recorded)], [.. VariantCatalog.All.Select(variant => new KnownVariant(variant.Id, variant.Permission, variant.Sentence))]);
        if (string.IsNullOrEmpty(path))
            Assert.True(Steady(file) == Steady(KillMatrixFile.Of(Suite.BuiltIn)),
                "reports/mutants.json differs from the result of this run: write it again with tests/Mutants/run.sh --write");
        else
            await File.WriteAllTextAsync(path, file.Write(), TestContext.Current.CancellationToken);
    }

    private static List<Mutant> Requested(string request)
    {
        var parts = request == All ? [""] : request.Split(',');
        bool IsPart(Mutant mutant, string part) => mutant.Id == part || mutant.Requirement.StartsWith(part, StringComparison.Ordinal);
        var unknown = parts.Where(part => !MutantCatalog.All.Any(mutant => IsPart(mutant, part)));
        Assert.True(!unknown.Any(), $"no mutant has this id or a requirement that begins so: {string.Join(' ', unknown)}");
        return [.. MutantCatalog.All.Where(mutant => parts.Any(part => IsPart(mutant, part)))];
    }

    // As it happens, for -showLiveOutput: what was not killed as meant is seen at once, one that hangs by its absence.
    private void Tell(Death death) =>
        output.WriteLine($"{death.Fate} {death.Mutant.Requirement} {death.Mutant.Id} {death.Took.TotalSeconds:0.0}s\n    {death.Scenario}\n" +
            $"    expected {death.Expected}\n    actual {death.Actual}");

    [Fact]
    public void Catalogue_Ids_AreTheirOwn() =>
        Assert.Empty(MutantCatalog.All.Select(mutant => mutant.Id).Concat(VariantCatalog.All.Select(variant => variant.Id)).GroupBy(id => id)
            .Where(same => same.Count() > 1).Select(same => same.Key));

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
        Assert.Empty(covered.Except(MutantCatalog.All.Select(mutant => mutant.Requirement)));
    }

    /// <summary>A reason that the failure of any scenario would match proves nothing: here nothing answers, and the innocent pair does not relay.</summary>
    [Theory]
    [InlineData("the relay accepts a WebSocket at ws://127.0.0.1:1/ws; Connection refused")]
    [InlineData("the innocent agent's chat.done 1; the innocent phone received nothing of the kind within 5 s; what came last was auth.ok (200 bytes) {}")]
    public void Catalogue_Reasons_AreNotMetByAnyFailure(string failure)
    {
        // PAIR-66 is about the innocent.
        var met = MutantCatalog.All.Where(mutant => mutant.Requirement != "PAIR-66" && new Regex(mutant.Reason, RegexOptions.Singleline).IsMatch(failure));
        Assert.Empty(met.Select(mutant => $"{mutant.Id}: {mutant.Reason}"));
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
