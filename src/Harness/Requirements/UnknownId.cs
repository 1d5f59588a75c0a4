using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Requirements;

internal static class UnknownId
{
    /// <summary>The error message for an id that the specification does not have.</summary>
    public static string Sentence(string id, RequirementRegister register) =>
        $"There is no requirement '{id}'{Suggestion.Similar(id.TrimStart('@'), register.All.Select(requirement => requirement.Id))}. " +
        "See 'coralmux-conformance list'.";
}
