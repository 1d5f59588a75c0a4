using System.Text.RegularExpressions;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Proof;

/// <summary>A sabotaged relay: one entry of <c>mutants.json</c>.</summary>
/// <param name="Does">What is wrong with it, in one sentence.</param>
/// <param name="Scenario">Id of the scenario that caught it.</param>
/// <param name="Reason">Regular expression for the text of that failure.</param>
/// <param name="Fate"><c>killed</c>, <c>killed otherwise</c>, <c>survived</c> or <c>no scenario</c>.</param>
/// <param name="Expected">What the scenario expected; ids and numbers are masked.</param>
/// <param name="Actual">What it observed, masked in the same way.</param>
public sealed partial record KnownMutant(
    string Id, string Requirement, string Does, string Scenario, string Reason, string Fate, string? Expected, string? Actual)
{
    private const int LongestText = 300;

    /// <summary>Below it, two failures have no more in common than their scenario's words.</summary>
    private const double Alike = 0.6;

    /// <summary>Those whose failure this one resembles, best first; at most two.</summary>
    public static IReadOnlyList<KnownMutant> LookingLike(IReadOnlyList<KnownMutant> mutants, ScenarioResult result) =>
        result is not { Expected: { } expected, Actual: { } actual } ? [] :
        [
            .. mutants.Where(mutant => mutant.Scenario == result.Scenario.Id && Regex.IsMatch($"{expected}; {actual}", mutant.Reason, RegexOptions.Singleline))
                .Select(mutant => (Mutant: mutant, Likeness: Likeness($"{mutant.Expected} {mutant.Actual}", $"{Mask(expected)} {Mask(actual)}")))
                .Where(one => one.Likeness >= Alike)
                .OrderByDescending(one => one.Likeness)
                .Select(one => one.Mutant)
                .Take(2),
        ];

    /// <summary>A failure's text without what differs from run to run.</summary>
    public static string Mask(string text)
    {
        var masked = Varying().Replace(text, "#");
        return masked.Length <= LongestText ? masked : masked[..LongestText];
    }

    // Words in common, of all words of either.
    private static double Likeness(string one, string other)
    {
        var (first, second) = (Words(one), Words(other));
        return first.Count + second.Count == 0 ? 0 : (double)first.Intersect(second).Count() / first.Union(second).Count();
    }

    private static HashSet<string> Words(string text) => [.. text.Split([' ', ',', ';', ':', '"', '{', '}'], StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|oc_pair_[0-9A-Fa-f]+|canary-[0-9a-f]+|ws://[^ ;]+|[0-9]+(?:\\.[0-9]+)?")]
    private static partial Regex Varying();
}
