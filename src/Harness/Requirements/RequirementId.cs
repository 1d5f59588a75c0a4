using System.Globalization;
using System.Text.RegularExpressions;

namespace CoralMux.Harness.Requirements;

/// <summary>The form of a requirement's id: area, hyphen, at least two digits.</summary>
public static partial class RequirementId
{
    public static bool IsMatch(string text) => Form().IsMatch(text);

    /// <summary>Whether the text looks like an id of these areas: <c>PAIR-7</c>, <c>Pair-07</c>, <c>PAIR 07</c>.</summary>
    public static bool IsAttempt(string text, IReadOnlySet<string> areas) =>
        !IsMatch(text) && Attempt().Match(text) is { Success: true } match && areas.Contains(match.Groups[1].Value.ToUpperInvariant());

    public static IEnumerable<string> FindAll(string text) => Inside().Matches(text).Select(match => match.Value);

    public static int NumberOf(string id) => int.Parse(id.AsSpan(id.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    [GeneratedRegex("^[A-Z]{2,5}-[0-9]{2,3}$")]
    private static partial Regex Form();

    [GeneratedRegex("^([A-Za-z]{2,5})[- ]?[0-9]{1,4}[a-z]?$")]
    private static partial Regex Attempt();

    [GeneratedRegex("(?<![A-Za-z0-9-])[A-Z]{2,5}-[0-9]{2,3}(?![A-Za-z0-9-])")]
    private static partial Regex Inside();
}
