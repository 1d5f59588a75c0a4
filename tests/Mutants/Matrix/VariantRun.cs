using System.Collections.Concurrent;
using CoralMux.Harness.Verdicts;
using CoralMux.Mutants.Catalog;

namespace CoralMux.Mutants.Matrix;

/// <summary>The whole suite against every tolerant variant, several at once.</summary>
public sealed class VariantRun : IAsyncLifetime
{
    private const int AtOnce = 4;

    /// <summary>A variant that takes longer is missing from the results, and delays no other.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, IReadOnlyList<ScenarioResult>> _results = new();

    public static bool IsWanted => Environment.GetEnvironmentVariable("CORALMUX_MUTANTS_WHOLE_SUITE") == "1";

    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _unfinished = new();

    /// <summary>Null when the run did not end.</summary>
    public IReadOnlyList<ScenarioResult>? this[string variant] => _results.GetValueOrDefault(variant);

    /// <summary>The scenarios that had not ended when the run of the variant was given up.</summary>
    public IReadOnlyList<string> Unfinished(string variant) => _unfinished.GetValueOrDefault(variant) ?? [];

    public static bool Includes(string variant) =>
        Environment.GetEnvironmentVariable("CORALMUX_VARIANTS") is not { Length: > 0 } only || only.Split(',').Contains(variant);

    public async ValueTask InitializeAsync()
    {
        if (!IsWanted)
            return;
        var token = TestContext.Current.CancellationToken;
        var variants = VariantCatalog.All.Where(variant => Includes(variant.Id));
        await Parallel.ForEachAsync(variants, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = token }, async (variant, token) =>
        {
            var began = TimeProvider.System.GetTimestamp();
            var ended = new ConcurrentBag<string>();
            try
            {
                _results[variant.Id] = await Trial.RunAsync(variant, _ => true, result => ended.Add(result.Scenario.Id), token).WaitAsync(Longest, token);
            }
            catch (TimeoutException)
            {
                _unfinished[variant.Id] = [.. Trial.Plan.Scenarios.Select(scenario => scenario.Id).Except(ended)];
            }

            TestContext.Current.SendDiagnosticMessage("{0}: {1:0} s", variant.Id, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
