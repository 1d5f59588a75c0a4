namespace CoralMux.Harness.Basics;

/// <summary>Levenshtein distance: how many characters to insert, delete or replace to turn one word into another; case is ignored.</summary>
public static class EditDistance
{
    public static int Between(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    /// <summary>The known words nearest to a typed one, nearest first: at most three, at a distance of at most three.</summary>
    public static IReadOnlyList<string> Nearest(string typed, IEnumerable<string> known) =>
        [.. known.Distinct()
            .Select(word => (Word: word, Distance: Between(typed, word)))
            .Where(candidate => candidate.Distance <= 3)
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .Take(3)
            .Select(candidate => candidate.Word)];
}
