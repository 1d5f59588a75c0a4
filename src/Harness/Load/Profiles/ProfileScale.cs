namespace CoralMux.Harness.Load.Profiles;

/// <summary>Scales a profile by the options of the command line.</summary>
/// <param name="Pairs">All scenarios together.</param>
/// <param name="Rate">The peak, in messages a second of all scenarios together.</param>
/// <param name="Duration">Of the longest scenario.</param>
/// <param name="Size">Bytes of every message.</param>
public sealed record ProfileScale(int? Pairs, double? Rate, TimeSpan? Duration, int? Size, bool Quick)
{
    public LoadProfile Apply(LoadProfile profile)
    {
        var scaled = Quick && profile.Quick is { } quick
            ? Times(profile, quick.Pairs is { } few ? few / (double)TotalPairs(profile) : 1, quick.RateFactor ?? 1, quick.DurationFactor ?? 1)
            : profile;
        scaled = Times(scaled, Pairs is { } pairs ? pairs / (double)TotalPairs(scaled) : 1, 1, Duration is { } length ? length / scaled.Duration : 1);
        scaled = Times(scaled, 1, Rate is { } rate && PeakRate(scaled) > 0 ? rate / PeakRate(scaled) : 1, 1);
        return Size is null ? scaled : scaled with { Scenarios = [.. scaled.Scenarios.Select(Resized)] };
    }

    private ScenarioProfile Resized(ScenarioProfile scenario) =>
        scenario.Messages is null ? scenario : scenario with { Messages = scenario.Messages with { Size = new SizeProfile { Bytes = Size } } };

    /// <summary>A shorter stretch is a burst: the same messages at once, however long the run.</summary>
    private const long LongestBurstMs = 250;

    private static int TotalPairs(LoadProfile profile) => profile.Scenarios.Sum(scenario => scenario.Pairs);

    private static double PeakRate(LoadProfile profile) => profile.Scenarios.Sum(
        scenario => scenario.Pairs * scenario.LoadSimulations.Max(simulation => Math.Max(simulation.Rate ?? 0, simulation.FromRate ?? 0)));

    private static LoadProfile Times(LoadProfile profile, double pairs, double rate, double duration) => profile with
    {
        Scenarios = [.. profile.Scenarios.Select(scenario => scenario with
        {
            Pairs = Math.Max(1, (int)Math.Round(scenario.Pairs * pairs)),
            Sessions = scenario.Sessions with
            {
                RampMs = scenario.Sessions.RampMs is { } ramp ? Math.Max(1, (int)(ramp * duration)) : null,
                LifeMs = scenario.Sessions.LifeMs is { } life ? Math.Max(1, (int)(life * duration)) : null,
            },
            LoadSimulations = [.. scenario.LoadSimulations.Select(simulation => simulation with
            {
                DurationMs = simulation.DurationMs <= LongestBurstMs ? simulation.DurationMs : Math.Max(1, (long)Math.Round(simulation.DurationMs * duration)),
                Rate = simulation.Rate * rate,
                FromRate = simulation.FromRate * rate,
            })],
        })],
    };
}
