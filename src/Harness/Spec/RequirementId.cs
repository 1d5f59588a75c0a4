using System.Globalization;
using System.Text.RegularExpressions;

namespace CoralMux.Harness.Spec;

/// <summary>The form of a requirement's id: area, hyphen, at least two digits.</summary>
public static partial class RequirementId
{
    public static bool IsMatch(string text) => Form().IsMatch(text);

    /// <summary>Whether somebody who wrote this meant an id of these areas: <c>PAIR-7</c>, <c>Pair-07</c>, <c>PAIR 07</c>.</summary>
    public static bool IsAttempt(string text, IReadOnlySet<string> areas) =>
        !IsMatch(text) && Attempt().Match(text) is { Success: true } match && areas.Contains(match.Groups[1].Value.ToUpperInvariant());

    public static IEnumerable<string> FindAll(string text) => Inside().Matches(text).Select(match => match.Value);

    public static int NumberOf(string id) => int.Parse(id.AsSpan(id.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    /// <summary>The known ids that an unknown one most probably meant, nearest first, at most three.</summary>
    public static IReadOnlyList<string> Nearest(string unknown, IEnumerable<string> known)
    {
        var wanted = unknown.TrimStart('@').ToUpperInvariant();
        return [.. known.Distinct()
            .Select(id => (Id: id, Distance: Distance(wanted, id)))
            .Where(candidate => candidate.Distance <= 3)
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Id, StringComparer.Ordinal)
            .Take(3)
            .Select(candidate => candidate.Id)];
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    [GeneratedRegex("^[A-Z]{2,5}-[0-9]{2,3}$")]
    private static partial Regex Form();

    [GeneratedRegex("^([A-Za-z]{2,5})[- ]?[0-9]{1,4}[a-z]?$")]
    private static partial Regex Attempt();

    [GeneratedRegex("(?<![A-Za-z0-9-])[A-Z]{2,5}-[0-9]{2,3}(?![A-Za-z0-9-])")]
    private static partial Regex Inside();
}
