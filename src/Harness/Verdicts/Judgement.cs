using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Verdicts;

/// <summary>The result of one requirement.</summary>
/// <param name="Scenarios">Ids of the scenarios that judged it, including those that noticed a violation in passing.</param>
/// <param name="Reason">Why it is not a pass, or null.</param>
/// <param name="IsExcluded">Untested on purpose: the reason is the specification's own.</param>
public sealed record RequirementResult(Requirement Requirement, Verdict Verdict, IReadOnlyList<string> Scenarios, string? Reason, bool IsExcluded = false)
{
    /// <summary>Where and by what the worst of its scenarios ended, or null: see <see cref="ScenarioResult.Cause"/>.</summary>
    public string? Cause { get; init; }
}

/// <summary>The verdict of a whole run: of every requirement, whether the relay conforms, and the exit code.</summary>
/// <param name="Conformant">Every MUST was met; a known failure lets a run pass, but no relay conform.</param>
public sealed record Judgement(IReadOnlyList<RequirementResult> Requirements, bool Conformant, ExitCode ExitCode)
{
    /// <summary>What was known to fail, entry by entry.</summary>
    public IReadOnlyList<KnownFailureOutcome> KnownFailures { get; init; } = [];

    /// <summary>Ids of the requirements whose failure a known failure excuses.</summary>
    public IReadOnlySet<string> Excused { get; init; } = new HashSet<string>();

    /// <param name="excluded">Ids that no scenario tests, with the reason: <c>untestable.md</c> and <c>pending.md</c> of the specification.</param>
    /// <param name="claims">Whether the target claims a feature.</param>
    /// <param name="interrupted">The run was ended before its time.</param>
    /// <param name="known">Entries of <c>--known-failures</c>, or null.</param>
    /// <param name="today">The day of the run (UTC), by which entries expire.</param>
    public static Judgement Over(
        RequirementRegister register,
        IReadOnlyList<ScenarioResult> results,
        IReadOnlyDictionary<string, string> excluded,
        Func<string, bool> claims,
        bool strict,
        bool interrupted,
        IReadOnlyList<KnownFailure>? known = null,
        DateOnly today = default)
    {
        var requirements = register.All.Select(requirement => Judge(requirement, results, excluded, claims)).ToList();
        var knownFailures = new KnownFailures(known ?? [], requirements, results, today);
        var excused = requirements.Where(knownFailures.Excuses).ToList();
        bool Any(RequirementLevel level, params Verdict[] verdicts) =>
            requirements.Except(excused).Any(result => result.Requirement.Level == level && verdicts.Contains(result.Verdict));

        var failed = Any(RequirementLevel.Must, Verdict.Fail)
            || (strict && Any(RequirementLevel.Should, Verdict.Warn))
            || knownFailures.Outcomes.Any(outcome => outcome.IsRotten);
        var tested = requirements.Any(result => result.Requirement.Level == RequirementLevel.Must && result.Verdict == Verdict.Pass);
        var incomplete = interrupted || !tested
            || Any(RequirementLevel.Must, Verdict.Inconclusive, Verdict.NotRun)
            || excused.Any(result => result.Requirement.Level == RequirementLevel.Must && knownFailures.IsUnsettledBesides(result))
            || requirements.Any(result => result is { Verdict: Verdict.Untested, Requirement.Level: RequirementLevel.Must }
                && !excluded.ContainsKey(result.Requirement.Id));
        var exitCode = results.Any(result => result.IsHarnessFault) ? ExitCode.HarnessFault
            : failed ? ExitCode.NonConformant
            : incomplete ? ExitCode.Incomplete
            : ExitCode.Conformant;
        var met = requirements.All(result => result.Requirement.Level != RequirementLevel.Must || result.Verdict != Verdict.Fail);
        return new Judgement(requirements, exitCode == ExitCode.Conformant && met, exitCode)
        {
            KnownFailures = knownFailures.Outcomes,
            Excused = excused.Select(result => result.Requirement.Id).ToHashSet(),
        };
    }

    private static RequirementResult Judge(
        Requirement requirement, IReadOnlyList<ScenarioResult> results, IReadOnlyDictionary<string, string> excluded, Func<string, bool> claims)
    {
        if (requirement.Feature is { } feature && !claims(feature))
            return new RequirementResult(requirement, Verdict.NotApplicable, [], $"the target does not claim the feature {feature}");

        var judged = results.Where(result => result.Scenario.Requirements.Contains(requirement.Id))
            .Select(result => (result.Scenario.Id, result.Verdict, result.Message, Cause: result.Cause));
        var noticed = results.SelectMany(result => result.Violations
            .Where(violation => violation.Requirement == requirement.Id)
            .Select(violation => (result.Scenario.Id, Verdict: Failure(requirement.Level), Message: (string?)EvidenceText.Of(violation), Cause: $"noticed {violation.Finding.Kind}")));
        var all = judged.Concat(noticed).ToList();
        if (all.Count == 0)
        {
            var reason = excluded.GetValueOrDefault(requirement.Id);
            return new RequirementResult(requirement, Verdict.Untested, [], reason ?? "no scenario of it was selected", IsExcluded: reason is not null);
        }

        var worst = all.MaxBy(one => one.Verdict);
        var why = worst.Verdict == Verdict.Pass ? null : worst.Message;
        return new RequirementResult(requirement, worst.Verdict, [.. all.Select(one => one.Id).Distinct()], why) { Cause = worst.Cause };
    }

    /// <summary>The verdict of a failed scenario for a requirement of this level.</summary>
    public static Verdict Failure(RequirementLevel level) => level == RequirementLevel.Must ? Verdict.Fail : Verdict.Warn;
}
