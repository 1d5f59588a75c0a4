using System.Text.RegularExpressions;
using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Tests.Steps;

/// <summary>One table of words gives both what a step matches and what it gets.</summary>
public sealed class WordsTests
{
    private static readonly Words<int> Table = new(("", 0), ("one", 1), ("one more", 2), ("a single", 1), ("3 (three)", 3));

    [Theory]
    [InlineData("", 0)]
    [InlineData("one", 1)]
    [InlineData("one more", 2)]
    [InlineData("a single", 1)]
    [InlineData("3 (three)", 3)]
    public void ParameterType_OfATable_MatchesEachWordAsAWhole(string word, int value)
    {
        var type = Table.ToParameterType("number");
        Assert.Equal(word, Regex.Match(word, type.Pattern).Value);
        Assert.Equal(value, type.Transform(word));
    }

    [Fact]
    public void Parse_OfAnotherWord_SaysWhichThereAre()
    {
        var exception = Assert.Throws<FormatException>(() => Table.Parse("two"));
        Assert.Equal("'two' is not known; use one of: , one, one more, a single, 3 (three).", exception.Message);
    }

    [Fact]
    public void For_AValueWithSeveralWords_IsTheFirst() => Assert.Equal("one", Table.For(1));
}
