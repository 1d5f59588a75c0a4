using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Profiles.Pairs;
using CoralMux.Harness.Profiles.Pairs.Load;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles;

/// <summary>The profiles that there are.</summary>
public static class KnownProfiles
{
    /// <summary>The one that is meant where none is named.</summary>
    public static IProfile Default { get; } = new PairsProfile();

    public static IReadOnlyList<IProfile> All { get; } = [Default];

    /// <exception cref="InvalidOperationException">A suite names a profile that this program does not implement.</exception>
    public static IProfile Of(string name) => All.Single(profile => profile.Name == name);

    /// <param name="name">Null: the default profile's.</param>
    /// <exception cref="InvalidOperationException">The profile has no load flows.</exception>
    internal static ILoadDriver LoadDriverOf(string? name) => name is null or Suite.DefaultProfile
        ? new PairsLoadDriver()
        : throw new InvalidOperationException($"The profile {name} has no load flows.");
}
