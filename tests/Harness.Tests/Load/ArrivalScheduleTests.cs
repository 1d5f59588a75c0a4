using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Profiles;

namespace CoralMux.Harness.Tests.Load;

public sealed class ArrivalScheduleTests
{
    private static readonly ArrivalSchedule Constant = new([new LoadSimulation(SimulationKind.Constant, 10_000) { Rate = 4 }]);
    private static readonly ArrivalSchedule Ramping = new([new LoadSimulation(SimulationKind.Ramping, 10_000) { FromRate = 0, Rate = 20 }]);
    private static readonly ArrivalSchedule Mixed = new(
    [
        new LoadSimulation(SimulationKind.Constant, 2_000) { Rate = 10 },
        new LoadSimulation(SimulationKind.Pause, 3_000),
        new LoadSimulation(SimulationKind.Ramping, 4_000) { FromRate = 10, Rate = 30 },
        new LoadSimulation(SimulationKind.Closed, 1_000) { InFlight = 7 },
        new LoadSimulation(SimulationKind.Constant, 2_000) { Rate = 5 },
    ]);

    public static TheoryData<int, double> Phases => new() { { 1, 0 }, { 2, 0.25 }, { 3, 0.999 } };

    [Theory]
    [MemberData(nameof(Phases))]
    public void DueAt_AskedAgainAndInAnyOrder_IsTheSame(int _, double phase)
    {
        var forwards = Enumerable.Range(0, 200).Select(number => Mixed.DueAt(number, phase)).ToList();
        var backwards = Enumerable.Range(0, 200).Reverse().Select(number => Mixed.DueAt(number, phase)).Reverse();
        Assert.Equal(forwards, backwards);
    }

    [Fact]
    public void DueAt_Constant_IsEvenlySpaced()
    {
        Assert.Equal(0.125, Constant.DueAt(0, 0.5));
        Assert.All(Enumerable.Range(0, 39), number => Assert.Equal(0.25, Constant.DueAt(number + 1, 0.5)!.Value - Constant.DueAt(number, 0.5)!.Value, 9));
    }

    /// <summary>From 0 to 20 a second in 10 s: t² messages until t.</summary>
    [Fact]
    public void DueAt_Ramping_FollowsTheIntegralOfTheRate() =>
        Assert.All(Enumerable.Range(0, 100), number => Assert.Equal(Math.Sqrt(number), Ramping.DueAt(number, 0)!.Value, 9));

    [Fact]
    public void DueAt_RampingDown_FollowsTheIntegralOfTheRate()
    {
        var schedule = new ArrivalSchedule([new LoadSimulation(SimulationKind.Ramping, 10_000) { FromRate = 20, Rate = 0 }]);
        Assert.All(Enumerable.Range(0, 100), number => Assert.Equal(10 - Math.Sqrt(100 - number), schedule.DueAt(number, 0)!.Value, 6));
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void DueAt_AllSegments_HaveTheTotalAndNoneInThePause(int _, double phase)
    {
        // 2 s × 10, 4 s × 20, 2 s × 5.
        const int total = 20 + 80 + 10;
        Assert.Equal(total, Mixed.TotalPerUser);
        Assert.Equal(12, Mixed.Duration);
        var times = Enumerable.Range(0, total + 5).Select(number => Mixed.DueAt(number, phase))
            .TakeWhile(time => time is not null).Select(time => time!.Value).ToList();
        Assert.InRange(times.Count, total - 1, total);
        Assert.Equal(times.Order(), times);
        Assert.Equal(20, times.Count(time => time < 2));
        Assert.DoesNotContain(times, time => time is > 2 and < 5 or > 9 and < 10);
        Assert.Equal([(9.0, 10.0, 7)], Mixed.Closed);
    }

    [Fact]
    public void Phase_SeedAndPair_AreAllThatCounts()
    {
        Assert.Equal(ArrivalSchedule.Phase(7, 3), ArrivalSchedule.Phase(7, 3));
        Assert.NotEqual(ArrivalSchedule.Phase(7, 3), ArrivalSchedule.Phase(8, 3));
        var phases = Enumerable.Range(0, 10_000).Select(pair => ArrivalSchedule.Phase(1, pair)).ToList();
        Assert.All(phases, phase => Assert.InRange(phase, 0, 1 - double.Epsilon));
        // Spread evenly: no tenth has a share that chance would not give it.
        Assert.All(phases.GroupBy(phase => (int)(phase * 10)), tenth => Assert.InRange(tenth.Count(), 850, 1150));
    }
}
