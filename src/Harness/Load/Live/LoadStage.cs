using System.Text.Json.Nodes;

namespace CoralMux.Harness.Load.Live;

/// <summary>Which load simulation each scenario is in, by the profile as it is run.</summary>
internal static class LoadStage
{
    private const int ScenariosTold = 3;

    /// <param name="atS">Seconds since the load began.</param>
    public static string At(JsonObject profile, double atS)
    {
        var scenarios = profile["scenarios"]?.AsArray() ?? [];
        var told = scenarios.Take(ScenariosTold).Select(scenario => Of(scenario!, atS));
        return string.Join("; ", told) + (scenarios.Count > ScenariosTold ? $"; {scenarios.Count - ScenariosTold} more" : "");
    }

    /// <summary>Whether sessions are set up before the load begins.</summary>
    public static bool ConnectsFirst(JsonObject profile) =>
        profile["scenarios"]?.AsArray().Any(scenario => scenario!["sessions"]?["life"]?.ToString() is null or "hold" or "churn") ?? false;

    private static string Of(JsonNode scenario, double atS)
    {
        var simulations = scenario["loadSimulations"]?.AsArray() ?? [];
        double end = 0;
        for (var i = 0; i < simulations.Count; i++)
        {
            end += (simulations[i]!["durationMs"]?.GetValue<double>() ?? 0) / 1000;
            if (atS < end)
                return $"{scenario["name"]} {simulations[i]!["kind"]}{(simulations.Count > 1 ? $" ({i + 1} of {simulations.Count})" : "")}";
        }

        return $"{scenario["name"]} done";
    }
}
