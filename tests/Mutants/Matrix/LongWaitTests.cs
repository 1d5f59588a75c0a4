using System.Text.Json.Nodes;
using CoralMux.Harness.Verdicts;
using CoralMux.Mutants.Catalog;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Matrix;

/// <summary>A relay that asks for a wait of a day does not delay the run: the scenario reports it, and the run continues.</summary>
public sealed class LongWaitTests
{
    [Fact]
    public async Task Scenario_ToldToWaitADay_IsInconclusiveAtOnce()
    {
        var setup = new Variant("waits-a-day", "", "")
            { Orders = s => s.EditPayloadDown((_, m) => m.Code == "RATE_LIMITED", payload => payload["retry_after_ms"] = (JsonNode)86_400_000) };
        var results = await Trial.RunAsync(
            setup, scenario => scenario.Id.StartsWith("limits/after-the-wait-that-it-was-told-the-phone", StringComparison.Ordinal), _ => { },
            TestContext.Current.CancellationToken);
        var result = Assert.Single(results);
        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.Contains("1.00:00:00", result.Message, StringComparison.Ordinal);
    }
}
