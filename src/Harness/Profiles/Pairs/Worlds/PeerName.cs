using CoralMux.Harness.Running;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>
/// Somebody a scenario speaks of, such as <c>the phone</c>, <c>the second agent</c>, <c>the innocent phone</c>. The last
/// word is the role; peers of one group share a token.
/// </summary>
/// <param name="Name">Without the article.</param>
/// <param name="Role"><c>phone</c> or <c>agent</c>; a <c>client</c> has none yet and counts as a phone.</param>
/// <param name="Group">Whose token: the scenario's own, the innocent pair's, or another pair's.</param>
public sealed record PeerName(string Name, string Role, string Group) : IParty
{
    public static PeerName InnocentPhone { get; } = Parse("the innocent phone");

    public static PeerName InnocentAgent { get; } = Parse("the innocent agent");

    public static PeerName Phone { get; } = Parse("the phone");

    public static PeerName Agent { get; } = Parse("the agent");

    public static PeerName Parse(string text)
    {
        var words = text.Split(' ');
        var name = string.Join(' ', words.Skip(words[0] is "the" or "a" or "an" ? 1 : 0));
        var group = name.StartsWith("innocent ", StringComparison.Ordinal) ? "innocent" : name.StartsWith("other ", StringComparison.Ordinal) ? "other" : "own";
        return new PeerName(name, words[^1] == "agent" ? "agent" : "phone", group);
    }

    /// <summary>The one at the other end.</summary>
    public PeerName Opposite => Parse(Role == "phone" ? Name[..^Last.Length] + "agent" : Name[..^Last.Length] + "phone");

    private string Last => Name.Split(' ')[^1];
}
