using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Requirements;

internal static class UnknownId
{
    /// <summary>What a command says to an id that the specification does not have.</summary>
    public static string Sentence(string id, RequirementRegister register)
    {
        var near = EditDistance.Nearest(id.TrimStart('@'), register.All.Select(requirement => requirement.Id));
        return $"There is no requirement '{id}'{(near.Count > 0 ? $"; near are {string.Join(", ", near)}" : "")}. See 'coralmux-conformance list'.";
    }
}
