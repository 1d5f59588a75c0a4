using CoralMux.Harness.Load.Profiles;

namespace CoralMux.Harness.Load.Engine;

/// <summary>
/// The times at which the messages of one user are due: a pure function of the message's number and the seed, whatever
/// the relay does (open model). Times are seconds from the start of the load.
/// </summary>
public sealed class ArrivalSchedule
{
    private readonly record struct Segment(double Start, double Duration, double FromRate, double Rate, double CountBefore)
    {
        public double Count => Duration * (FromRate + Rate) / 2;
    }

    private readonly List<Segment> _segments = [];

    public ArrivalSchedule(IReadOnlyList<LoadSimulation> simulations)
    {
        double at = 0, count = 0;
        foreach (var simulation in simulations)
        {
            var duration = simulation.DurationMs / 1000.0;
            if (simulation.Kind == SimulationKind.Closed)
                Closed.Add((at, at + duration, simulation.InFlight!.Value));
            if (simulation.Rate is { } rate && simulation.Kind is SimulationKind.Constant or SimulationKind.Ramping)
            {
                var segment = new Segment(at, duration, simulation.FromRate ?? rate, rate, count);
                _segments.Add(segment);
                count += segment.Count;
            }

            at += duration;
        }

        Duration = at;
        TotalPerUser = count;
    }

    /// <summary>The stretches of the closed model: from, to, messages in flight.</summary>
    public List<(double From, double To, int InFlight)> Closed { get; } = [];

    public double Duration { get; }

    /// <summary>The mean number of messages of a user in the open parts.</summary>
    public double TotalPerUser { get; }

    /// <summary>A number from 0 to 1, the same for a user and a seed, so that users do not send in step.</summary>
    public static double Phase(long seed, int user)
    {
        var mixed = (ulong)seed * 0x9E3779B97F4A7C15 + (ulong)user * 0xD1B54A32D192ED03 + 0x2545F4914F6CDD1D;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) / (double)(1UL << 53);
    }

    /// <returns>The time at which that message is due, or null when the schedule ends before it.</returns>
    public double? DueAt(long number, double phase)
    {
        var wanted = number + phase;
        foreach (var segment in _segments)
        {
            var within = wanted - segment.CountBefore;
            if (within >= segment.Count || within < 0)
                continue;
            var slope = (segment.Rate - segment.FromRate) / segment.Duration;
            var time = Math.Abs(slope) < 1e-12
                ? within / segment.Rate
                : (Math.Sqrt(segment.FromRate * segment.FromRate + 2 * slope * within) - segment.FromRate) / slope;
            return segment.Start + Math.Clamp(time, 0, segment.Duration);
        }

        return null;
    }
}
