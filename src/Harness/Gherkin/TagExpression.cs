using System.Text;

namespace CoralMux.Harness.Gherkin;

/// <summary>A Cucumber tag expression: <c>@PAIR and not (@slow or @SHOULD)</c>.</summary>
/// <remarks>
/// The grammar is Cucumber's: <c>not</c> binds tighter than <c>and</c>, <c>and</c> tighter than <c>or</c>; white space,
/// parentheses and backslashes inside a tag are escaped with a backslash; an empty expression matches everything.
/// </remarks>
public sealed class TagExpression
{
    private enum Operation
    {
        Tag,
        Open,
        Or,
        And,
        Not,
    }

    // Reverse Polish: without recursion, no expression is too deep to evaluate.
    private readonly IReadOnlyList<(Operation Operation, string Tag)> _program;
    private readonly string _text;

    private TagExpression(string text, IReadOnlyList<(Operation Operation, string Tag)> program)
    {
        _text = text;
        _program = program;
        Tags = [.. program.Where(step => step.Operation is Operation.Tag).Select(step => step.Tag).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Every tag it names, each once, in order.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <exception cref="FormatException">The text is not a tag expression; the message names the position.</exception>
    public static TagExpression Parse(string text)
    {
        var program = new List<(Operation, string)>();
        var pending = new Stack<(Operation Operation, int Position)>();
        var operandExpected = true;
        foreach (var (position, token, quoted) in Tokens(text))
        {
            switch (quoted ? Operation.Tag : KindOf(token))
            {
                case Operation.Open:
                    Expect(operandExpected, "'and' or 'or'", position, token);
                    pending.Push((Operation.Open, position));
                    break;
                case Operation.Not:
                    Expect(operandExpected, "'and' or 'or'", position, token);
                    pending.Push((Operation.Not, position));
                    break;
                case Operation.And or Operation.Or:
                    var binary = token == "and" ? Operation.And : Operation.Or;
                    Expect(!operandExpected, "a tag", position, token);
                    while (pending.TryPeek(out var top) && top.Operation >= binary)
                        program.Add((pending.Pop().Operation, ""));
                    pending.Push((binary, position));
                    operandExpected = true;
                    break;
                case null:
                    Expect(!operandExpected, "a tag", position, token);
                    while (pending.TryPeek(out var top) && top.Operation != Operation.Open)
                        program.Add((pending.Pop().Operation, ""));
                    if (!pending.TryPop(out _))
                        throw new FormatException($"The tag expression '{text}' closes a parenthesis at position {position} that was never opened.");
                    break;
                default:
                    Expect(operandExpected, "'and' or 'or'", position, token);
                    program.Add((Operation.Tag, token));
                    operandExpected = false;
                    break;
            }
        }

        if (operandExpected && (program.Count > 0 || pending.Count > 0))
            throw new FormatException($"The tag expression '{text}' ends at position {text.Length + 1} where a tag was expected.");
        while (pending.TryPop(out var rest))
        {
            if (rest.Operation is Operation.Open)
                throw new FormatException($"The tag expression '{text}' never closes the parenthesis that it opens at position {rest.Position}.");
            program.Add((rest.Operation, ""));
        }

        return new TagExpression(text, program);

        void Expect(bool condition, string expected, int position, string token)
        {
            if (!condition)
                throw new FormatException($"The tag expression '{text}' has '{token}' at position {position} where {expected} was expected.");
        }
    }

    /// <summary>Whether something with these tags is selected.</summary>
    public bool Matches(IReadOnlyCollection<string> tags)
    {
        var values = new Stack<bool>();
        foreach (var (operation, tag) in _program)
        {
            values.Push(operation switch
            {
                Operation.Not => !values.Pop(),
                Operation.And => values.Pop() & values.Pop(),
                Operation.Or => values.Pop() | values.Pop(),
                _ => tags.Contains(tag, StringComparer.Ordinal),
            });
        }

        return values.Count == 0 || values.Pop();
    }

    public override string ToString() => _text;

    /// <summary>Null is the closing parenthesis, which is not an operation.</summary>
    private static Operation? KindOf(string token) => token switch
    {
        "(" => Operation.Open,
        ")" => null,
        "or" => Operation.Or,
        "and" => Operation.And,
        "not" => Operation.Not,
        _ => Operation.Tag,
    };

    /// <summary>Positions count from 1. Quoted: an escape makes the word a tag, also if it spells an operator.</summary>
    private static IEnumerable<(int Position, string Token, bool Quoted)> Tokens(string text)
    {
        var token = new StringBuilder();
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            var ends = i == text.Length || text[i] is '(' or ')' || char.IsWhiteSpace(text[i]);
            if (!ends)
            {
                if (token.Length == 0)
                    start = i + 1;
                if (text[i] == '\\')
                {
                    i++;
                    if (i == text.Length || !(text[i] is '(' or ')' or '\\' || char.IsWhiteSpace(text[i])))
                        throw new FormatException($"The tag expression '{text}' has a backslash at position {i} that escapes nothing: " +
                            "only white space, parentheses and backslashes are escaped.");
                    quoted = true;
                }

                token.Append(text[i]);
                continue;
            }

            if (token.Length > 0)
                yield return (start, token.ToString(), quoted);
            token.Clear();
            quoted = false;
            if (i < text.Length && text[i] is '(' or ')')
                yield return (i + 1, text[i].ToString(), false);
        }
    }
}
