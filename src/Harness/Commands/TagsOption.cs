using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Commands;

/// <summary><c>--tags EXPR</c>; a tag that no scenario has is an error, because it would silently select nothing.</summary>
internal static class TagsOption
{
    public static Option<string> Create() => new("--tags")
    {
        Description = "Cucumber tag expression, such as '@PAIR-07', '@MUST and not @slow'.",
        HelpName = "EXPR",
    };

    /// <summary>The expression; without one, everything matches.</summary>
    /// <exception cref="CommandException">Not a tag expression, or an unknown tag.</exception>
    public static TagExpression Parse(string? expression, IEnumerable<string> knownTags)
    {
        TagExpression parsed;
        try
        {
            parsed = TagExpression.Parse(expression ?? "");
        }
        catch (FormatException exception)
        {
            throw new CommandException(ExitCode.Usage, exception.Message);
        }

        var known = knownTags.ToHashSet(StringComparer.Ordinal);
        if (parsed.Tags.FirstOrDefault(tag => !known.Contains(tag)) is { } unknown)
        {
            var similar = Suggestion.Similar(unknown, known.Contains("@" + unknown) ? ["@" + unknown] : known);
            throw new CommandException(ExitCode.Usage, $"No scenario has the tag '{unknown}'{similar}. See 'coralmux-conformance list'.");
        }

        return parsed;
    }
}
