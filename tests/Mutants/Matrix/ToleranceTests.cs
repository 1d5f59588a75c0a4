using System.Text;
using CoralMux.Harness.Verdicts;
using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

/// <summary>
/// The other direction: a relay that conforms gets no complaint. <c>CORALMUX_MUTANTS_WHOLE_SUITE=1</c> asks for it,
/// <c>CORALMUX_VARIANTS</c> takes some (ids).
/// </summary>
public sealed class ToleranceTests(VariantRun run) : IClassFixture<VariantRun>
{
    public static TheoryData<string> Variants => [.. VariantCatalog.All.Select(variant => variant.Id)];

    [Theory]
    [MemberData(nameof(Variants))]
    public void WholeSuite_AgainstATolerantVariant_HasNoComplaint(string id)
    {
        Assert.SkipUnless(VariantRun.IsWanted, $"{VariantCatalog.All.Count} times the whole suite takes many minutes: tests/Mutants/run.sh --nightly");
        var variant = VariantCatalog.All.Single(variant => variant.Id == id);
        Assert.SkipUnless(VariantRun.Includes(id), "not asked for");
        var results = run[id];
        Assert.True(results is not null, $"the run did not end, these were still running: {string.Join(", ", run.Unfinished(id))}");
        var complaints = results
            .Where(result => result.IsTrouble && !(result.Verdict == Verdict.Inconclusive && variant.Undecided.Contains(result.Scenario.Id)))
            .Select(result => $"{result.Scenario.Id}: {result.Verdict} {result.Message}\n{LastSeen(result)}")
            .Concat(results.SelectMany(result => result.Violations.Select(violation => $"{result.Scenario.Id}: {violation}")))
            .ToList();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    private static string LastSeen(ScenarioResult result) => string.Join('\n', result.Transcript.TakeLast(20).Select(entry =>
        $"    {entry.At.TotalMilliseconds,9:0.0} ms {entry.Connection} {entry.Direction} {entry.Kind} {entry.Note} " +
            $"{Encoding.Latin1.GetString(entry.Bytes.Span).ReplaceLineEndings(" ")}"));
}
