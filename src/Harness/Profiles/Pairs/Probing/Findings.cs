using System.Globalization;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>One thing that a probe asked about.</summary>
/// <param name="Key">As the target description spells it, such as <c>limits.maxMessageBytes</c>; or a plain word for what it has no key for.</param>
/// <param name="Value">What was found, or null where it was not found.</param>
/// <param name="Evidence">What shows it; or why it was not found.</param>
public sealed record Finding(string Key, string? Value, string Evidence);

/// <summary>What a probe found, what it did not find, and the target description that follows.</summary>
public sealed class Findings(TargetDescription start)
{
    private readonly List<Finding> _all = [];

    public TargetDescription Description { get; private set; } = start;

    public IReadOnlyList<Finding> All => _all;

    public void Note(string key, string value, string evidence) => _all.Add(new Finding(key, value, evidence));

    public void Missing(string key, string why) => _all.Add(new Finding(key, null, why));

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
