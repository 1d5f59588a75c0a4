using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Profiles.Pairs.Forecasting;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Tests.Targets.Tokens;

/// <summary>What scenarios cost where tokens are few follows from what their steps declare, not from their words.</summary>
public sealed class TokenForecastTests
{
    private static readonly TargetLimits Limits = new() { RatePhonePerMinute = 30, RateAgentPerMinute = 120, IdleTimeoutMs = 7_000, PingIntervalMs = 500 };

    /// <summary>Two seconds a message of a phone, half a second one of an agent; what no step uses needs no token.</summary>
    [Theory]
    [InlineData(0, 0, 0, "Given the counts of health are noted")]
    [InlineData(0, 2, 0, "Given an innocent pair that relays")]
    [InlineData(4, 4, 0, "Given an innocent pair that relays", "When the phone sends a chat.send message", "Then nothing of it reaches the agent",
        "And the phone is still connected", "And the innocent pair still relays")]
    [InlineData(60, 0, 0, "When the phone sends its full burst")]
    [InlineData(60, 0, 2.5, "When the agent sends its full burst",
        "And the agent waits as long as the error said", "And the phone waits as long as the error said")]
    [InlineData(0.5, 0, 7.5, "When the agent stays silent until the idle time-out is over",
        "Then the phone is sent a WebSocket ping in time", "And the agent is still connected")]
    [InlineData(0, 0, 0, "When the operator asks DELETE /api/v1/pair/{unknown}")]
    public void Cost_OfAScenario_IsWhatItsStepsDeclare(double own, double innocent, double waiting, params string[] steps)
    {
        var (uses, wait) = TokenForecast.Cost(Plan(steps), Limits);
        Assert.Equal(own, uses.TryGetValue(Group.Own, out var use) ? use.UntilFull(Limits).TotalSeconds : 0);
        Assert.Equal(innocent, uses.TryGetValue(Group.Innocent, out use) ? use.UntilFull(Limits).TotalSeconds : 0);
        Assert.Equal(waiting, wait.TotalSeconds);
    }

    [Theory]
    [InlineData(new Pairing[0], "When somebody asks GET /api/v1/pair")]
    [InlineData(new[] { Pairing.Own }, "When somebody asks GET /api/v1/pair/{token}")]
    [InlineData(new[] { Pairing.Own, Pairing.Other }, "Given a paired phone and agent", "And another paired phone and agent")]
    public void Cost_OfAScenario_HoldsATokenForEachGroupThatItSpeaksOf(Pairing[] groups, params string[] steps) =>
        Assert.Equal(groups, TokenForecast.Cost(Plan(steps), Limits).Uses.Keys.Select(group => group.Pairing));

    /// <summary>With one token, a scenario that emptied its bucket makes the next one wait a minute.</summary>
    [Fact]
    public void Forecast_OfScenariosOneAfterTheOther_WaitsForFullBuckets()
    {
        var burst = Plan("When the phone sends its full burst");
        var forecast = TokenForecast.Of([burst, burst], [TimeSpan.Zero], Limits);
        Assert.Equal([0, 60], forecast.Ends.Select(end => Math.Floor(end.TotalSeconds)));
    }

    /// <summary>A name in an attribute that is not there, or a method whose arguments do not fit, would be seen here.</summary>
    [Fact]
    public void Cost_OfEveryStepOfTheSuite_CanBeTold()
    {
        var steps = FeatureCatalog.Load(Suite.BuiltIn.Features).SelectMany(KnownProfiles.Default.Steps.Bind).ToList();
        Assert.All(steps, step => Assert.NotNull(StepCost.Of(step, Limits)));
    }

    private static PlannedScenario Plan(params string[] steps)
    {
        var scenario = FeatureCatalog.Parse("f.feature", $"Feature: F\n  Scenario: S\n    {string.Join("\n    ", steps)}\n").Single();
        return new PlannedScenario(scenario, KnownProfiles.Default.Steps.Bind(scenario), RequirementLevel.Must, NotApplicable: null);
    }
}
