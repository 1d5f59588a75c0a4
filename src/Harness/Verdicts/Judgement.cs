using CoralMux.Harness.Commands;
using CoralMux.Harness.Spec;

namespace CoralMux.Harness.Verdicts;

/// <summary>What one requirement came to.</summary>
/// <param name="Scenarios">Ids of the scenarios that judged it, those that noticed a breach in passing included.</param>
/// <param name="Reason">Why it is not a pass, or null.</param>
public sealed record RequirementResult(Requirement Requirement, Verdict Verdict, IReadOnlyList<string> Scenarios, string? Reason);

/// <summary>The verdict over a whole run: every requirement's, whether the relay conforms, and the exit code.</summary>
public sealed record Judgement(IReadOnlyList<RequirementResult> Requirements, bool Conformant, ExitCode ExitCode)
{
    /// <param name="excluded">Ids that no scenario tests, with the reason: <c>spec/untestable.md</c> and <c>spec/pending.md</c>.</param>
    /// <param name="claims">Whether the target claims a feature.</param>
    /// <param name="interrupted">The run was ended before its time.</param>
    public static Judgement Over(
        RequirementRegister register,
        IReadOnlyList<ScenarioResult> results,
        IReadOnlyDictionary<string, string> excluded,
        Func<string, bool> claims,
        bool strict,
        bool interrupted)
    {
        var requirements = register.All.Select(requirement => Judge(requirement, results, excluded, claims)).ToList();
        bool Any(RequirementLevel level, params Verdict[] verdicts) =>
            requirements.Any(result => result.Requirement.Level == level && verdicts.Contains(result.Verdict));

        var failed = Any(RequirementLevel.Must, Verdict.Fail) || (strict && Any(RequirementLevel.Should, Verdict.Warn));
        var tested = requirements.Any(result => result.Requirement.Level == RequirementLevel.Must && result.Verdict == Verdict.Pass);
        var incomplete = interrupted || !tested
            || Any(RequirementLevel.Must, Verdict.Inconclusive, Verdict.NotRun)
            || requirements.Any(result => result is { Verdict: Verdict.Untested, Requirement.Level: RequirementLevel.Must } && !excluded.ContainsKey(result.Requirement.Id));
        var exitCode = results.Any(result => result.IsHarnessFault) ? ExitCode.HarnessFault : failed ? ExitCode.NonConformant : incomplete ? ExitCode.Incomplete : ExitCode.Conformant;
        return new Judgement(requirements, exitCode == ExitCode.Conformant, exitCode);
    }

    private static RequirementResult Judge(
        Requirement requirement, IReadOnlyList<ScenarioResult> results, IReadOnlyDictionary<string, string> excluded, Func<string, bool> claims)
    {
        if (requirement.Feature is { } feature && !claims(feature))
            return new RequirementResult(requirement, Verdict.NotApplicable, [], $"the target does not claim the feature {feature}");

        var judged = results.Where(result => result.Scenario.Requirements.Contains(requirement.Id))
            .Select(result => (result.Scenario.Id, result.Verdict, result.Message));
        var noticed = results.SelectMany(result => result.Violations
            .Where(violation => violation.Requirement == requirement.Id)
            .Select(violation => (result.Scenario.Id, Verdict: Failure(requirement.Level), Message: (string?)$"expected {violation.Expected}; {violation.Connection} got {violation.Actual}")));
        var all = judged.Concat(noticed).ToList();
        if (all.Count == 0)
            return new RequirementResult(requirement, Verdict.Untested, [], excluded.GetValueOrDefault(requirement.Id) ?? "no scenario of it was selected");

        var worst = all.MaxBy(one => one.Verdict);
        return new RequirementResult(requirement, worst.Verdict, [.. all.Select(one => one.Id).Distinct()], worst.Verdict == Verdict.Pass ? null : worst.Message);
    }

    /// <summary>What a scenario that did not hold means for a requirement of this level.</summary>
    public static Verdict Failure(RequirementLevel level) => level == RequirementLevel.Must ? Verdict.Fail : Verdict.Warn;
}
