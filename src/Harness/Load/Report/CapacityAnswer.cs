using System.Text.Json.Serialization;

namespace CoralMux.Harness.Load.Report;

/// <summary>What gave way first.</summary>
public enum CapacityLimit
{
    [JsonStringEnumMemberName("latency")] Latency,
    [JsonStringEnumMemberName("errors")] Errors,
    [JsonStringEnumMemberName("relay-cpu")] RelayCpu,
    [JsonStringEnumMemberName("throughput")] Throughput,

    /// <summary>The load generator, not the relay.</summary>
    [JsonStringEnumMemberName("generator")] Generator,
    [JsonStringEnumMemberName("none")] None,
}

public enum SearchPhase
{
    [JsonStringEnumMemberName("climb")] Climb,
    [JsonStringEnumMemberName("bisection")] Bisection,
    [JsonStringEnumMemberName("confirmation")] Confirmation,
}

/// <summary>The highest sustainable load lies between the two rates.</summary>
/// <param name="LowRate">Messages a second that were sustained, twice.</param>
/// <param name="HighRate">The lowest rate that was not sustained; null where the search ended before anything gave way.</param>
public sealed record CapacityAnswer(double LowRate, double? HighRate, CapacityLimit LimitedBy)
{
    public IReadOnlyList<CapacityStep> Steps { get; init; } = [];
}

/// <param name="OfferedRate">Messages a second.</param>
/// <param name="AchievedRate">Messages a second.</param>
public sealed record CapacityStep(int Number, SearchPhase Phase, double OfferedRate, double AchievedRate, bool Passed)
{
    public double? P50Us { get; init; }

    public double? P99Us { get; init; }

    public double? ServiceP99Us { get; init; }

    public long Errors { get; init; }

    public double? RelayCpu { get; init; }

    public long? RelayRssBytes { get; init; }

    public double GeneratorCpu { get; init; }

    public double? LagP99Us { get; init; }

    /// <summary>What gave way, a sentence; null when the step passed.</summary>
    public string? Reason { get; init; }
}
