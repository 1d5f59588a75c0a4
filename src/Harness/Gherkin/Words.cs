using System.Text.RegularExpressions;

namespace CoralMux.Harness.Gherkin;

/// <summary>A table of words that a parameter type can be made of.</summary>
public interface IWords
{
    /// <summary>The parameter type that matches the words of the table and nothing else.</summary>
    ParameterType ToParameterType(string name);
}

/// <summary>The words that step texts have for the values of a type. What a step matches and what it gets both follow from this table.</summary>
/// <param name="words">A value may have several words, and one word may be the empty text.</param>
public sealed class Words<T>(params (string Word, T Value)[] words) : IWords
{
    public IEnumerable<T> Values => words.Select(pair => pair.Value);

    /// <summary>The value that a word means.</summary>
    /// <exception cref="FormatException">The word is not in the table; the message lists those that are.</exception>
    public T Parse(string word)
    {
        var found = Array.FindIndex(words, pair => pair.Word == word);
        return found >= 0
            ? words[found].Value
            : throw new FormatException($"'{word}' is not known; use one of: {string.Join(", ", words.Select(pair => pair.Word))}.");
    }

    /// <summary>The first word for a value.</summary>
    public string For(T value) => words.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Word;

    // The longest first: a word may be the beginning of another.
    public ParameterType ToParameterType(string name) =>
        new(name, string.Join('|', words.Select(pair => pair.Word).OrderByDescending(word => word.Length).Select(Regex.Escape)), word => Parse(word)!);
}
