using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs;

namespace CoralMux.Harness.Tests.Gherkin;

public sealed class StepRegistryTests
{
    private static readonly StepRegistry Registry = new(typeof(StepRegistryTests));

    [Binding]
    public sealed class Steps
    {
        [StepArgumentTransformation("colour", "red|green")]
        public static string Colour(string text) => text == "red" ? "#f00" : "#0f0";

        [Given("a {colour} light")]
        public void ALight(string colour) => Seen = colour;

        [When("it is {word}")]
        public void ItIs(string word) => Seen = word;

        [When("it is on/off")]
        public void ItIsOnOrOff() => Seen = "switch";

        [Then("it says")]
        public void ItSays(string text) => Seen = text;

        [Then("it shows")]
        public void ItShows(IReadOnlyList<IReadOnlyList<string>> rows) => Seen = rows[1][0];

        public string? Seen { get; private set; }
    }

    [Theory]
    [InlineData("Given a red light", "#f00")]
    [InlineData("Then it says\n      \"\"\"\n      words\n      \"\"\"", "words")]
    [InlineData("Then it shows\n      | head |\n      | cell |", "cell")]
    public async Task Bind_OfAStep_PassesItsArguments(string step, string seen)
    {
        var steps = new Steps();
        await Registry.Bind(Scenario(step))[0].InvokeAsync(steps);
        Assert.Equal(seen, steps.Seen);
    }

    [Theory]
    [InlineData("Given a blue light", "f.feature:3: no Given step matches 'a blue light'; the nearest is 'a {colour} light'.")]
    [InlineData("When a red light", "f.feature:3: no When step matches")]
    [InlineData("When it is on", "f.feature:3: 'it is on' is ambiguous between")]
    [InlineData("Then it says", "f.feature:3: 'it says' needs a data table or doc string")]
    [InlineData("Given a red light\n      | x |", "f.feature:3: 'a red light' takes no data table or doc string")]
    public void Bind_OfAStepThatDoesNotFit_NamesFileAndLine(string step, string message) =>
        Assert.StartsWith(message, Assert.Throws<FeatureFileException>(() => Registry.Bind(Scenario(step))).Message, StringComparison.Ordinal);

    [Fact]
    public void OwnFeatures_AllOfThem_UseEveryDefinition()
    {
        var registry = new StepRegistry(typeof(PairsProfile));
        var used = FeatureCatalog.Load(Suite.BuiltIn.Features).SelectMany(registry.Bind).Select(step => step.Definition).ToHashSet();
        Assert.NotEmpty(used);
        Assert.Equal("", string.Join("\n", registry.Definitions.Where(definition => !used.Contains(definition))));
    }

    private static Scenario Scenario(string step) => FeatureCatalog.Parse("f.feature", $"Feature: F\n  Scenario: S\n    {step}\n").Single();
}
