using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles;

/// <summary>The profiles that there are.</summary>
public static class KnownProfiles
{
    /// <summary>The one that is meant where none is named.</summary>
    public static IProfile Default { get; } = new PairsProfile();

    public static IReadOnlyList<IProfile> All { get; } = [Default];
}
