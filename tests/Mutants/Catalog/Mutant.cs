namespace CoralMux.Mutants.Catalog;

/// <summary>A relay with one fault.</summary>
/// <param name="Id">Its name in the kill matrix.</param>
/// <param name="Requirement">The one that it breaks.</param>
/// <param name="Sentence">What it does, as one would say it of a real relay.</param>
/// <param name="Scenario">Part of the id of the scenario that must catch it.</param>
/// <param name="Reason">Regular expression for the failure's text: expected what, and what was seen.</param>
internal sealed record Mutant(string Id, string Requirement, string Sentence, string Scenario, string Reason) : Setup;
