using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Spec;

/// <summary>Rules for every scenario: which requirements it cites, and how it proves a refusal.</summary>
internal static partial class ScenarioRules
{
    // Its verdict rests on something not happening, and a relay that does nothing at all must not pass: hence the two checks around it.
    private const string NegativeTag = "@negative";

    private static readonly string[] LevelTags = ["@MUST", "@SHOULD", "@MAY"];

    public static IEnumerable<SpecProblem> Check(SpecSources sources, StepRegistry steps) =>
        sources.Scenarios.SelectMany(scenario => Check(scenario, sources.Register, steps)
            .Select(sentence => new SpecProblem($"features/{scenario.File}", scenario.Line, $"This scenario {sentence}")));

    private static IEnumerable<string> Check(Scenario scenario, RequirementRegister register, StepRegistry steps)
    {
        if (scenario.Requirements.Count == 0)
            yield return "cites no requirement: tag it with the id that it shows, as in @PAIR-07.";

        var areas = register.All.Select(requirement => requirement.Area).ToHashSet();
        var malformed = scenario.Tags.Select(tag => tag[1..]).Where(tag => RequirementId.IsAttempt(tag, areas));
        foreach (var id in scenario.Requirements.Where(id => register.Find(id) is null).Concat(malformed))
        {
            yield return $"cites {id}, which is not a requirement{Suggestion.Similar(id, register.All.Select(requirement => requirement.Id))}.";
        }

        var cited = scenario.Requirements.Select(register.Find).OfType<Requirement>().ToList();
        var levels = cited.Select(requirement => requirement.LevelWord).Distinct().ToList();
        var tagged = LevelTags.Where(scenario.HasTag).ToList();
        if (levels.Count > 1)
        {
            var each = string.Join(", ", cited.Select(requirement => $"{requirement.Id} {requirement.LevelWord}"));
            yield return $"cites requirements of {levels.Count} levels ({each}): split it, one level for each verdict.";
        }

        if (tagged.Count != 1)
            yield return $"has {(tagged.Count == 0 ? "no level tag" : "the level tags " + string.Join(" and ", tagged))}: give it one of @MUST, @SHOULD, @MAY.";
        else if (levels.Count == 1 && tagged[0] != "@" + levels[0])
            yield return $"is tagged {tagged[0]}, but {cited[0].Id} is {levels[0]}.";

        if (!scenario.Steps.Any(step => step.Kind == StepKind.Then))
            yield return "expects nothing: it has no Then, and would pass without any observation.";
        foreach (var requirement in cited.Where(requirement => NamesAnErrorThat(requirement, scenario)))
            yield return $"never checks the error that {requirement.Id} names: a closed connection does not prove the right refusal.";

        if (!scenario.HasTag(NegativeTag))
            yield break;
        var given = scenario.Steps.Where(step => step.Kind == StepKind.Given).Select(steps.RoleOf).ToList();
        var control = steps.TextOf(StepRole.PositiveControl);
        if (given.LastIndexOf(StepRole.NewRelay) > given.LastIndexOf(StepRole.PositiveControl))
            yield return $"is {NegativeTag} but has no positive control on its own relay: let 'And {control}' follow it.";
        if (!scenario.Steps.TakeWhile(step => step.Kind is StepKind.Given).Any(step => steps.RoleOf(step) == StepRole.PositiveControl))
            yield return $"is {NegativeTag} but has no positive control: let its background say 'Given {control}'.";
        if (scenario.Steps is not [.., var last] || steps.RoleOf(last) != StepRole.LivenessCheck)
            yield return $"is {NegativeTag} but does not end with the liveness check 'And {steps.TextOf(StepRole.LivenessCheck)}'.";
    }

    // A code that the relay must send, and no step that names it, or any error.
    private static bool NamesAnErrorThat(Requirement requirement, Scenario scenario)
    {
        var codes = ErrorCode().Matches(requirement.Statement).Select(match => match.Groups[1].Value).ToList();
        return codes.Count > 0 && !scenario.Steps.Any(step =>
            codes.Append("error").Any(word => step.Text.Contains(word, StringComparison.Ordinal)));
    }

    [GeneratedRegex("(?:MUST|SHOULD) (?:answer|refuse|send)[^.]*\\b(UNAUTHORIZED|PEER_OFFLINE|RATE_LIMITED|" +
        "DAILY_QUOTA_EXCEEDED|MONTHLY_QUOTA_EXCEEDED|MESSAGE_TOO_LARGE|INVALID_MESSAGE|BACKEND_ERROR)\\b")]
    private static partial Regex ErrorCode();
}
