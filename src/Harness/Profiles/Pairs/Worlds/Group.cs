namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>
/// The pairing that a scenario is about, the one that must go on relaying whatever happens, a second one, or one of several
/// in a random case.
/// </summary>
public enum Pairing { Own, Innocent, Other, Case }

/// <summary>The peers that share a token.</summary>
/// <param name="Case">Number of the random case, or 0.</param>
/// <param name="Pair">Number of the pair in the random case, or 0.</param>
public readonly record struct Group(Pairing Pairing, int Case = 0, int Pair = 0)
{
    public static Group Own => new(Pairing.Own);

    public static Group Innocent => new(Pairing.Innocent);

    public static Group Other => new(Pairing.Other);
}
