namespace CoralMux.Mutants.Catalog;

/// <summary>A relay that differs from the healthy one and conforms.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Permission">Where the specification leaves it free: an id, or the section.</param>
/// <param name="Sentence">What it does.</param>
internal sealed record Variant(string Id, string Permission, string Sentence) : Setup
{
    /// <summary>Ids of scenarios that may find no answer against it, and say so: inconclusive, neither failed nor warned.</summary>
    public IReadOnlyList<string> Undecided { get; init; } = [];
}
