using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Tests.Gherkin;

public sealed class TagExpressionTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("  ", "@a", true)]
    [InlineData("@a", "@a", true)]
    [InlineData("@a", "@A", false)]
    [InlineData("not @a", "@a", false)]
    [InlineData("not not @a", "@a", true)]
    [InlineData("@a and @b", "@a", false)]
    [InlineData("@a and @b", "@b @a", true)]
    [InlineData("@a or @b", "@b", true)]
    [InlineData("@a or @b", "@c", false)]
    [InlineData("@a or @b and @c", "@a", true)] // and before or
    [InlineData("(@a or @b) and @c", "@a", false)]
    [InlineData("@a and @b or @c", "@c", true)]
    [InlineData("not @a and @b", "@b", true)] // not before and
    [InlineData("not @a and @b", "@a", false)]
    [InlineData("not (@a and @b)", "@a", true)]
    [InlineData("not(@a)or(@b)", "@a @b", true)]
    [InlineData("((@a))", "@a", true)]
    public void Matches_ByTheGrammar_AsCucumberDoes(string expression, string tags, bool expected) =>
        Assert.Equal(expected, TagExpression.Parse(expression).Matches(tags.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData(@"@a\(1\)", "@a(1)")]
    [InlineData(@"@a\ b", "@a b")]
    [InlineData(@"@a\\b", @"@a\b")]
    public void Parse_EscapedCharacter_IsPartOfTheTag(string expression, string tag)
    {
        Assert.Equal([tag], TagExpression.Parse(expression).Tags);
        Assert.True(TagExpression.Parse(expression).Matches([tag]));
    }

    [Theory]
    [InlineData("@a @b", "has '@b' at position 4 where 'and' or 'or' was expected")]
    [InlineData("@a not @b", "has 'not' at position 4 where 'and' or 'or' was expected")]
    [InlineData("@a (@b)", "has '(' at position 4 where 'and' or 'or' was expected")]
    [InlineData("and @a", "has 'and' at position 1 where a tag was expected")]
    [InlineData("@a and or @b", "has 'or' at position 8 where a tag was expected")]
    [InlineData("()", "has ')' at position 2 where a tag was expected")]
    [InlineData("@a and", "ends at position 7 where a tag was expected")]
    [InlineData("not", "ends at position 4 where a tag was expected")]
    [InlineData("(", "ends at position 2 where a tag was expected")]
    [InlineData("(@a or @b", "never closes the parenthesis that it opens at position 1")]
    [InlineData("@a)", "closes a parenthesis at position 3 that was never opened")]
    [InlineData(@"@a\b", "has a backslash at position 3 that escapes nothing")]
    [InlineData(@"@a\", "has a backslash at position 3 that escapes nothing")]
    public void Parse_NoTagExpression_SaysWhere(string expression, string sentence)
    {
        var exception = Assert.Throws<FormatException>(() => TagExpression.Parse(expression));
        Assert.Contains(sentence, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_NamedTwice_AreListedOnce() =>
        Assert.Equal(["@b", "@a"], TagExpression.Parse("@b and not @a or @b").Tags);

    [Fact]
    public void Parse_VeryDeepNesting_IsJudged()
    {
        var expression = TagExpression.Parse(new string('(', 100_000) + "@a" + new string(')', 100_000));
        Assert.True(expression.Matches(["@a"]));
    }
}
