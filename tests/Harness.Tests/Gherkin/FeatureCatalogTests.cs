using CoralMux.Harness.Gherkin;

namespace CoralMux.Harness.Tests.Gherkin;

public sealed class FeatureCatalogTests
{
    private const string Text = """
        @TRN-01
        Feature: Lights

          Background:
            Given a switch

          @MUST
          Scenario Outline: It is <colour>
            When it is set to <colour>
            And nobody looks
            Then it shines
            But it does not burn

            Examples:
              | colour |
              | red    |
              | green  |
        """;

    [Fact]
    public void Parse_OfAnOutline_GivesAScenarioForEachRow()
    {
        var scenarios = FeatureCatalog.Parse("dir/lights.feature", Text);
        Assert.Equal(["dir/lights/it-is-red", "dir/lights/it-is-green"], scenarios.Select(scenario => scenario.Id));
        Assert.All(scenarios, scenario => Assert.Equal(["@TRN-01", "@MUST"], scenario.Tags));
        Assert.All(scenarios, scenario => Assert.Equal(["TRN-01"], scenario.Requirements));
    }

    [Fact]
    public void Parse_OfSteps_KeepsKindAndLine()
    {
        var steps = FeatureCatalog.Parse("lights.feature", Text)[1].Steps;
        Assert.Equal([StepKind.Given, StepKind.When, StepKind.When, StepKind.Then, StepKind.Then], steps.Select(step => step.Kind));
        Assert.Equal("it is set to green", steps[1].Text);
        Assert.Equal([5, 9, 10, 11, 12], steps.Select(step => step.Line));
    }

    [Theory]
    [InlineData("Feature: F\n  Scenario: S\n    Given x\n    nonsense\n", "x.feature:4:")]
    [InlineData("", "x.feature:1:")]
    public void Parse_OfWhatIsNoGherkin_NamesTheLine(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FeatureFileException>(() => FeatureCatalog.Parse("x.feature", text)).Message, StringComparison.Ordinal);
}
