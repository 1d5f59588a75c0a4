namespace CoralMux.Harness.Requirements;

/// <summary>The requirement levels of RFC 2119.</summary>
public enum RequirementLevel
{
    Must,
    Should,
    May,
}

/// <summary>One normative statement of the specification.</summary>
/// <param name="Id">Area and number, such as <c>PAIR-07</c>; never reused.</param>
/// <param name="Level">The one level its words have.</param>
/// <param name="Chapter">The title of its chapter.</param>
/// <param name="Statement">The statement as plain text, white space folded, without the id.</param>
/// <param name="Feature">The optional feature it belongs to, or null where every relay is bound.</param>
/// <param name="File">Path below <c>spec/</c>, such as <c>pairs/04-pairing.md</c>.</param>
/// <param name="Line">Line of the id, counted from 1.</param>
public sealed record Requirement(
    string Id, RequirementLevel Level, string Chapter, string Statement, string? Feature, string File, int Line)
{
    public string Area => Id[..Id.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>The level as the specification spells it: <c>MUST</c>, <c>SHOULD</c>, <c>MAY</c>.</summary>
    public string LevelWord => Level.ToString().ToUpperInvariant();

    /// <summary>The other requirements that its statement names, in order.</summary>
    public IEnumerable<string> Mentions => RequirementId.FindAll(Statement).Where(id => id != Id).Distinct();
}
