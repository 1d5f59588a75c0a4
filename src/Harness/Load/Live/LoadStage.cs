using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Live;

/// <summary>The load simulation that each scenario is in.</summary>
internal static class LoadStage
{
    private const int ScenariosShown = 3;

    /// <param name="atS">Seconds since the load began.</param>
    public static string At(LoadProfile profile, double atS)
    {
        var shown = string.Join("; ", profile.Scenarios.Take(ScenariosShown).Select(scenario => Of(scenario, atS)));
        return shown + (profile.Scenarios.Count > ScenariosShown ? $"; {profile.Scenarios.Count - ScenariosShown} more" : "");
    }

    private static string Of(ScenarioProfile scenario, double atS)
    {
        var simulations = scenario.LoadSimulations;
        double end = 0;
        for (var i = 0; i < simulations.Count; i++)
        {
            end += simulations[i].DurationMs / 1000.0;
            if (atS < end)
                return $"{scenario.Name} {Word.Of(simulations[i].Kind)}{(simulations.Count > 1 ? $" ({i + 1} of {simulations.Count})" : "")}";
        }

        return $"{scenario.Name} done";
    }
}
