using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Spec;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Running;

/// <summary>The specification and its scenarios, every step bound: what can be run.</summary>
public sealed class SuitePlan
{
    private readonly IReadOnlyList<(Scenario Scenario, IReadOnlyList<BoundStep> Steps)> _bound;

    private SuitePlan(Suite suite, SpecSources sources, IReadOnlyList<(Scenario, IReadOnlyList<BoundStep>)> bound)
    {
        Suite = suite;
        Register = sources.Register;
        Excluded = sources.Untestable.Concat(sources.Pending).DistinctBy(row => row.Id)
            .ToDictionary(row => row.Id, row => $"{Path.GetFileName(row.Path)}: {row.Reason}");
        _bound = bound;
    }

    public Suite Suite { get; }

    public RequirementRegister Register { get; }

    /// <summary>Ids that no scenario tests, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Excluded { get; }

    public IEnumerable<Scenario> Scenarios => _bound.Select(bound => bound.Scenario);

    /// <param name="profile">Whose steps the scenarios are bound to.</param>
    /// <param name="features">A directory of feature files to run instead of the suite's own, or null.</param>
    /// <exception cref="FeatureFileException">A feature file that cannot be run; nothing was sent yet.</exception>
    public static SuitePlan Load(Suite suite, IProfile profile, string? features)
    {
        var sources = SpecSources.Load(suite);
        var scenarios = features is null ? sources.Scenarios : FeatureCatalog.Load(features);
        if (scenarios.Count == 0)
            throw new FeatureFileException($"There is no scenario in {suite.Features}.");

        return new SuitePlan(suite, sources, [.. scenarios.Select(scenario => (scenario, profile.Steps.Bind(scenario)))]);
    }

    /// <summary>The scenarios to run against a target, in their order, those of features it does not claim marked.</summary>
    public IReadOnlyList<PlannedScenario> Select(TagExpression tags, Target target) =>
        [.. _bound.Where(bound => tags.Matches(bound.Scenario.Tags)).Select(bound => Plan(bound.Scenario, bound.Steps, target))];

    private PlannedScenario Plan(Scenario scenario, IReadOnlyList<BoundStep> steps, Target target)
    {
        var requirements = scenario.Requirements.Select(Register.Find).OfType<Requirement>().ToList();
        var missing = requirements.Select(requirement => requirement.Feature).FirstOrDefault(feature => feature is not null && !target.Claims(feature));
        return new PlannedScenario(
            scenario,
            steps,
            requirements.Count == 0 ? RequirementLevel.Must : requirements.Min(requirement => requirement.Level),
            missing is null ? null : $"the target does not claim the feature {missing}");
    }
}
