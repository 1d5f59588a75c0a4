using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>The close codes that a relay uses (section 10.3).</summary>
public static class CloseCodes
{
    public const int TryAgainLater = 1013;

    /// <summary>What scenarios call them.</summary>
    public static Words<int> Words { get; } = new(
        ("normally", 1000),
        ("as going away", 1001),
        ("for a protocol error", 1002),
        ("for unacceptable data", 1003),
        ("for invalid payload data", 1007),
        ("for a policy violation", 1008),
        ("as too big", 1009),
        ("for an internal error", 1011),
        ("to try again later", TryAgainLater),
        ("as replaced", 4409));

    public static IReadOnlySet<int> OfTheTable { get; } = Words.Values.ToHashSet();
}
