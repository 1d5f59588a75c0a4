using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Tests.Gherkin;

public sealed class CucumberExpressionTests
{
    private static readonly Dictionary<string, ParameterType> Types = CucumberExpression.BuiltIn
        .Append(new ParameterType("peer", "the (?:phone|agent)", text => text[4..]))
        .ToDictionary(type => type.Name);

    [Theory]
    [InlineData("{peer} sends a/an {word} message", "the phone sends an auth message", "phone,auth")]
    [InlineData("{peer} sends a/an {word} message", "the agent sends a chat.done message", "agent,chat.done")]
    [InlineData("{int} message(s)", "1 message", "1")]
    [InlineData("{int} message(s)", "-2 messages", "-2")]
    [InlineData("it says {string}", "it says \"a b\"", "a b")]
    [InlineData("GET /health (once)", "GET /health once", "")]
    public void Match_OfItsText_GivesTheArguments(string expression, string text, string arguments)
    {
        var matched = new CucumberExpression(expression, Types).Match(text);
        Assert.NotNull(matched);
        Assert.Equal(arguments, string.Join(',', matched));
    }

    [Theory]
    [InlineData("{peer} leaves", "the robot leaves")]
    [InlineData("{peer} leaves", "the phone leaves again")]
    [InlineData("a.b", "axb")]
    public void Match_OfAnotherText_IsNull(string expression, string text) =>
        Assert.Null(new CucumberExpression(expression, Types).Match(text));

    [Theory]
    [InlineData("{nobody} leaves")]
    [InlineData("{peer leaves")]
    [InlineData("(never closed")]
    public void Expression_ThatIsBroken_SaysSo(string expression) =>
        Assert.Throws<FormatException>(() => new CucumberExpression(expression, Types));
}
