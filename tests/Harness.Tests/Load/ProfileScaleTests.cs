using CoralMux.Harness.Load.Profiles;

namespace CoralMux.Harness.Tests.Load;

public sealed class ProfileScaleTests
{
    private static readonly LoadProfile Profile = new()
    {
        Name = "two",
        Title = "Two",
        Scenarios =
        [
            new ScenarioProfile
            {
                Name = "chat",
                Pairs = 30,
                Sessions = new SessionProfile { Life = SessionLife.Ramp, RampMs = 4000 },
                Messages = new MessageProfile { Flow = "round-trip" },
                LoadSimulations = [new(SimulationKind.Ramping, 10_000) { FromRate = 1, Rate = 2 }, new(SimulationKind.Constant, 200) { Rate = 10 }],
            },
            new ScenarioProfile
            {
                Name = "files",
                Pairs = 10,
                Messages = new MessageProfile { Flow = "phone-to-agent", Size = new SizeProfile { MinBytes = 1000, MaxBytes = 9000 } },
                LoadSimulations = [new LoadSimulation(SimulationKind.Constant, 20_000) { Rate = 4 }],
            },
        ],
        Quick = new QuickForm { Pairs = 4, RateFactor = 0.5, DurationFactor = 0.1 },
    };

    [Fact]
    public void Apply_Nothing_ChangesNothing() => Assert.Equivalent(Profile, Scale().Apply(Profile), strict: true);

    [Fact]
    public void Apply_Pairs_AreSharedOutAsBefore() => Assert.Equal([60, 20], Scale(pairs: 80).Apply(Profile).Scenarios.Select(scenario => scenario.Pairs));

    [Fact]
    public void Apply_FewPairs_LeaveEveryScenarioOne() => Assert.Equal([2, 1], Scale(pairs: 2).Apply(Profile).Scenarios.Select(scenario => scenario.Pairs));

    [Fact]
    public void Apply_Rate_IsThePeakOfAllTogether()
    {
        // 30 × 10 + 10 × 4 at the highest.
        var scaled = Scale(rate: 680).Apply(Profile);
        var (chat, files) = (scaled.Scenarios[0].LoadSimulations, scaled.Scenarios[1].LoadSimulations);
        Assert.Equal([2, 4, 20, 8], new[] { chat[0].FromRate, chat[0].Rate, chat[1].Rate, files[0].Rate });
    }

    [Fact]
    public void Apply_RateAndPairs_AreBothReached()
    {
        var scaled = Scale(pairs: 80, rate: 680).Apply(Profile);
        Assert.Equal(80, scaled.Scenarios.Sum(scenario => scenario.Pairs));
        Assert.Equal(680, scaled.Scenarios.Sum(scenario => scenario.Pairs * scenario.LoadSimulations.Max(simulation => simulation.Rate!.Value)), 6);
    }

    [Fact]
    public void Apply_Duration_LeavesBurstsAsTheyAre()
    {
        var scaled = Scale(duration: TimeSpan.FromSeconds(40)).Apply(Profile);
        Assert.Equal([20_000, 200], scaled.Scenarios[0].LoadSimulations.Select(simulation => simulation.DurationMs));
        Assert.Equal(40_000, scaled.Scenarios[1].DurationMs);
        Assert.Equal(8000, scaled.Scenarios[0].Sessions.RampMs);
    }

    [Fact]
    public void Apply_Size_IsThatOfEveryMessage() =>
        Assert.All(Scale(size: 512).Apply(Profile).Scenarios, scenario => Assert.Equal(new SizeProfile { Bytes = 512 }, scenario.Messages!.Size));

    [Fact]
    public void Apply_Quick_IsTheShortFormAndOptionsComeOnTopOfIt()
    {
        var quick = Scale(quick: true).Apply(Profile);
        Assert.Equal([3, 1], quick.Scenarios.Select(scenario => scenario.Pairs));
        Assert.Equal(2_000, quick.Scenarios[1].DurationMs);
        Assert.Equal(2, quick.Scenarios[1].LoadSimulations[0].Rate);
        Assert.Equal([30, 10], Scale(pairs: 40, quick: true).Apply(Profile).Scenarios.Select(scenario => scenario.Pairs));
    }

    private static ProfileScale Scale(int? pairs = null, double? rate = null, TimeSpan? duration = null, int? size = null, bool quick = false) =>
        new(pairs, rate, duration, size, quick);
}
