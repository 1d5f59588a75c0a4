using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Steps;
using CoralMux.Harness.Running;

namespace CoralMux.Harness.Tests.Properties;

public sealed class RandomPropertyTests
{
    private sealed record Number(int Value) : IMove<Number>
    {
        public IEnumerable<Number> Simpler() => Value > 0 ? [new Number(Value / 2), new Number(Value - 1)] : [];

        public override string ToString() => $"{Value}";
    }

    private static IReadOnlyList<Number> Generate(Random random) => [.. Enumerable.Range(0, 40).Select(_ => new Number(random.Next(1000)))];

    private static RandomProperty<Number> Property(Func<IReadOnlyList<Number>, bool> holds, int effort = 1000) => new(
        Generate,
        moves => holds(moves) ? Task.CompletedTask : throw new ExpectationException("it holds", "it does not"),
        effort);

    [Fact]
    public async Task Holds_ForAllCases_IsSilent()
    {
        var runs = 0;
        await Property(_ => ++runs > 0).HoldsAsync(7, seed: 1);
        Assert.Equal(7, runs);
    }

    /// <summary>Two large numbers in this order break it; all others, and all that is too large about them, must go.</summary>
    [Fact]
    public async Task Holds_WhereTwoMovesBreakIt_ReportsThemAloneAndTheSeed()
    {
        var failure = await Assert.ThrowsAsync<ExpectationException>(() =>
            Property(moves => moves.Count(move => move.Value >= 300) < 2).HoldsAsync(3, seed: 42));

        Assert.Equal("it holds", failure.Finding.Expected.ToString());
        Assert.Contains("(seed 42): 300, 300", failure.Finding.Actual.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Holds_WithoutEffort_ReportsTheCaseAsItWas()
    {
        var runs = 0;
        var failure = await Assert.ThrowsAsync<ExpectationException>(() => Property(_ => ++runs < 2, effort: 0).HoldsAsync(5, seed: 7));

        Assert.Equal(2, runs);
        Assert.Contains("(seed 8): " + string.Join(", ", Generate(new Random(8))), failure.Finding.Actual.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SendMove_OfTheSameSeed_HasTheSamePayloadAndSimplerOnesAreSmaller()
    {
        var move = new SendMove(0, Role.Phone, 5, 4000);
        Assert.Equal(move.Payload, new SendMove(0, Role.Phone, 5, 4000).Payload);
        Assert.All(move.Simpler(), simpler => Assert.True(simpler.Size < move.Size));
    }
}
