using System.Collections.Concurrent;
using CoralMux.Harness.Verdicts;
using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

/// <summary>The whole suite against every tolerant variant, several at once.</summary>
public sealed class VariantRun : IAsyncLifetime
{
    private const int AtOnce = 6;

    private readonly ConcurrentDictionary<string, IReadOnlyList<ScenarioResult>> _results = new();

    public static bool IsWanted => Environment.GetEnvironmentVariable("CORALMUX_MUTANTS_WHOLE_SUITE") == "1";

    public IReadOnlyList<ScenarioResult> this[string variant] => _results[variant];

    public bool Has(string variant) => _results.ContainsKey(variant);

    public async ValueTask InitializeAsync()
    {
        if (!IsWanted)
            return;
        var only = Environment.GetEnvironmentVariable("CORALMUX_VARIANTS")?.Split(',');
        var variants = VariantCatalog.All.Where(variant => only is null || only.Contains(variant.Id));
        await Parallel.ForEachAsync(variants, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (variant, token) =>
            _results[variant.Id] = await Trial.RunAsync(variant, _ => true, _ => { }, token));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
