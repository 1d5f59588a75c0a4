using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CoralMux.Harness.Gherkin;

/// <summary>A parameter type of Cucumber expressions: its pattern, and how to transform a match.</summary>
/// <param name="Pattern">A regular expression without capturing groups.</param>
public sealed record ParameterType(string Name, string Pattern, Func<string, object> Transform);

/// <summary>A step's text as a Cucumber expression: <c>{parameter}</c>, <c>(optional)</c> and <c>alternative/text</c>.</summary>
public sealed class CucumberExpression
{
    /// <summary>The types that every Cucumber implementation has.</summary>
    public static IReadOnlyList<ParameterType> BuiltIn { get; } =
    [
        new("int", "-?[0-9]+", text => int.Parse(text, CultureInfo.InvariantCulture)),
        new("word", @"[^\s]+", text => text),
        new("string", "\"[^\"]*\"|'[^']*'", text => text[1..^1]),
    ];

    private readonly Regex _regex;
    private readonly List<ParameterType> _parameters = [];

    /// <exception cref="FormatException">An unknown parameter type or an unclosed bracket.</exception>
    public CucumberExpression(string source, IReadOnlyDictionary<string, ParameterType> types)
    {
        Source = source;
        var regex = new StringBuilder("^");
        for (var i = 0; i < source.Length; i++)
        {
            switch (source[i])
            {
                case '{':
                    var name = Inside(source, ref i, '}');
                    var type = types.GetValueOrDefault(name) ?? throw new FormatException($"'{source}': there is no parameter type {{{name}}}.");
                    _parameters.Add(type);
                    regex.Append('(').Append(type.Pattern).Append(')');
                    break;
                case '(':
                    regex.Append("(?:").Append(Regex.Escape(Inside(source, ref i, ')'))).Append(")?");
                    break;
                default:
                    var end = source.IndexOfAny([' ', '{', '('], i);
                    var word = source[i..(end < 0 ? source.Length : Math.Max(end, i + 1))];
                    regex.Append(word.Trim('/') == word && word.Contains('/', StringComparison.Ordinal)
                        ? $"(?:{string.Join('|', word.Split('/').Select(Regex.Escape))})"
                        : Regex.Escape(word));
                    i += word.Length - 1;
                    break;
            }
        }

        _regex = new Regex(regex.Append('$').ToString(), RegexOptions.CultureInvariant);
    }

    public string Source { get; }

    /// <summary>The arguments in order, or null where the text does not match.</summary>
    public IReadOnlyList<object>? Match(string text)
    {
        var match = _regex.Match(text);
        return match.Success ? [.. _parameters.Select((parameter, i) => parameter.Transform(match.Groups[i + 1].Value))] : null;
    }

    private static string Inside(string source, ref int start, char closing)
    {
        var end = source.IndexOf(closing, start);
        if (end < 0)
            throw new FormatException($"'{source}': '{source[start]}' is not closed.");
        var inside = source[(start + 1)..end];
        start = end;
        return inside;
    }
}
