using System.Globalization;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>What a probe found, what it did not find, and the target description that follows.</summary>
public sealed class Findings(TargetDescription start)
{
    private readonly List<ProbeFinding> _all = [];

    public TargetDescription Description { get; private set; } = start;

    public IReadOnlyList<ProbeFinding> All => _all;

    public void Note(string key, string value, string evidence) => _all.Add(new ProbeFinding(key, value, evidence));

    public void Missing(string key, string why) => _all.Add(new ProbeFinding(key, null, why));

    /// <summary>A limit was found and goes into the description.</summary>
    public void Limit(string name, long value, string evidence, Func<TargetLimits, TargetLimits> apply)
    {
        Description = Description with { Limits = apply(Description.Limits) };
        Note($"limits.{name}", value.ToString(CultureInfo.InvariantCulture), evidence);
    }

    /// <summary>A feature is there, or it is not.</summary>
    public void Feature(string name, bool offered, string evidence)
    {
        var others = Description.Features.Where(feature => feature != name);
        Description = Description with { Features = [.. offered ? others.Append(name) : others] };
        Note($"features {name}", offered ? "yes" : "no", evidence);
    }
}
