using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>
/// A peer that a scenario speaks of, such as <c>the phone</c>, <c>the second agent</c>, <c>the innocent phone</c>. The last
/// word is the role; peers of one group share a token.
/// </summary>
/// <param name="Name">Without the article.</param>
/// <param name="Role">A <c>client</c> has none yet and counts as a phone.</param>
/// <param name="Group">Whose token: the scenario's own, the innocent pair's, or another pair's.</param>
public sealed record PeerName(string Name, Role Role, Group Group) : IParty
{
    public static PeerName InnocentPhone { get; } = Parse("the innocent phone");

    public static PeerName InnocentAgent { get; } = Parse("the innocent agent");

    public static PeerName Phone { get; } = Parse("the phone");

    public static PeerName Agent { get; } = Parse("the agent");

    public static PeerName Parse(string text)
    {
        var words = text.Split(' ');
        string[] name = words[0] is "the" or "a" or "an" ? words[1..] : words;
        var group = name.Length == 1 ? Group.Own : name[0] switch { "innocent" => Group.Innocent, "other" => Group.Other, _ => Group.Own };
        return new PeerName(string.Join(' ', name), name[^1] == "agent" ? Role.Agent : Role.Phone, group);
    }

    /// <summary>The one at the other end.</summary>
    public PeerName Opposite => new(string.Join(' ', [.. Name.Split(' ')[..^1], Role.Opposite.Word]), Role.Opposite, Group);
}
