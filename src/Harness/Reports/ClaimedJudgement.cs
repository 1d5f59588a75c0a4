using System.Text.Json;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports;

/// <summary>What a stored report claims and what must follow from its scenarios.</summary>
public sealed record ClaimedJudgement(
    bool Conformant,
    int ExitCode,
    IReadOnlyDictionary<string, int> Totals,
    IReadOnlyDictionary<string, ClaimedRequirement> Requirements,
    IReadOnlyDictionary<string, IReadOnlyList<string>> RequirementsOfScenarios,
    IReadOnlyList<string> KnownFailureStates)
{
    public static ClaimedJudgement Read(JsonElement root)
    {
        var requirements = new Dictionary<string, ClaimedRequirement>();
        foreach (var element in root.GetProperty("requirements").EnumerateArray())
        {
            var claimed = new ClaimedRequirement(StoredReport.ReadVerdict(element), JsonReport.Optional(element, "reason"), StoredReport.Strings(element, "scenarios"));
            if (!requirements.TryAdd(element.GetProperty("id").GetString()!, claimed))
                throw new JsonException($"{element.GetProperty("id").GetString()} stands there twice.");
        }

        return new ClaimedJudgement(
            root.GetProperty("conformant").GetBoolean(),
            root.GetProperty("exitCode").GetInt32(),
            JsonReport.Totals.ToDictionary(total => total.Name, total => root.GetProperty("totals").GetProperty(total.Name).GetInt32()),
            requirements,
            root.GetProperty("scenarios").EnumerateArray().ToDictionary(scenario => scenario.GetProperty("id").GetString()!, scenario => StoredReport.Strings(scenario, "requirements")),
            root.TryGetProperty("knownFailures", out var known) ? [.. known.EnumerateArray().Select(entry => entry.GetProperty("state").GetString()!)] : []);
    }
}

/// <summary>What a stored report says one requirement came to.</summary>
public sealed record ClaimedRequirement(Verdict Verdict, string? Reason, IReadOnlyList<string> Scenarios);
