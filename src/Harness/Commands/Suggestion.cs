namespace CoralMux.Harness.Commands;

/// <summary>"Did you mean": the known word nearest to what was typed.</summary>
public static class Suggestion
{
    /// <summary>A clause that ends an error's sentence: the nearest word, or all of them where none is near.</summary>
    public static string For(string typed, IEnumerable<string> known)
    {
        var words = known.Distinct().ToList();
        var nearest = words.Select(word => (Word: word, Distance: Distance(typed, word))).MinBy(pair => pair.Distance);
        return nearest.Distance <= Math.Max(2, typed.Length / 3)
            ? $"did you mean '{nearest.Word}'?"[..^1]
            : $"known are {string.Join(", ", words.Order(StringComparer.Ordinal))}";
    }

    private static int Distance(string a, string b)
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
}
