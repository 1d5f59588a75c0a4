using System.CommandLine;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Commands;

/// <summary><c>--tags EXPR</c>; a tag that nothing carries is an error, because it would quietly select nothing.</summary>
internal static class TagsOption
{
    public static Option<string> Create() => new("--tags")
    {
        Description = "Cucumber tag expression, such as '@PAIR-07', '@MUST and not @slow'.",
        HelpName = "EXPR",
    };

    /// <summary>The expression; without one, everything matches.</summary>
    /// <exception cref="CommandException">No tag expression, or a tag that is not known.</exception>
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
            var near = known.Contains("@" + unknown) ? ["@" + unknown] : EditDistance.Nearest(unknown, known);
            throw new CommandException(ExitCode.Usage, $"No scenario has the tag '{unknown}'{(near.Count > 0 ? $"; near are {string.Join(", ", near)}" : "")}. See 'coralmux-conformance list'.");
        }

        return parsed;
    }
}
