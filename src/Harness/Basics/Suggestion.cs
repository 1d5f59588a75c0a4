namespace CoralMux.Harness.Basics;

/// <summary>"Did you mean": the known word nearest to what was typed.</summary>
public static class Suggestion
{
    /// <summary>A clause that ends an error's sentence, without its full stop: the nearest word, or all of them where none is near.</summary>
    public static string For(string typed, IEnumerable<string> known)
    {
        var words = known.Distinct().ToList();
        var nearest = words.Select(word => (Word: word, Distance: EditDistance.Between(typed, word))).MinBy(pair => pair.Distance);
        var meant = nearest.Distance <= Math.Max(2, typed.Length / 3)
            ? nearest.Word
            : words.FirstOrDefault(word => word.StartsWith(typed, StringComparison.OrdinalIgnoreCase));
        return meant is not null ? $"did you mean '{meant}'" : $"known are {string.Join(", ", words.Order(StringComparer.Ordinal))}";
    }
}
