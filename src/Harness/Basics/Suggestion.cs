namespace CoralMux.Harness.Basics;

/// <summary>"Did you mean": the known word nearest to what was typed.</summary>
public static class Suggestion
{
    /// <summary>The last clause of an error message, without a full stop: the nearest word, or all words if none is near.</summary>
    public static string For(string typed, IEnumerable<string> known)
    {
        var words = known.Distinct().ToList();
        var nearest = words.Select(word => (Word: word, Distance: EditDistance.Between(typed, word))).MinBy(pair => pair.Distance);
        var meant = nearest.Distance <= Math.Max(2, typed.Length / 3)
            ? nearest.Word
            : words.FirstOrDefault(word => word.StartsWith(typed, StringComparison.OrdinalIgnoreCase));
        return meant is not null ? $"did you mean '{meant}'" : $"known are {string.Join(", ", words.Order(StringComparer.Ordinal))}";
    }

    /// <summary>Such as <c>; similar: PAIR-01, PAIR-07</c>; empty if no known word is near.</summary>
    public static string Similar(string typed, IEnumerable<string> known) =>
        EditDistance.Nearest(typed, known) is [_, ..] near ? $"; similar: {string.Join(", ", near)}" : "";
}
