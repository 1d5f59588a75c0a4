using System.Text.Json.Serialization;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>What a threshold is about. A latency is written as its family.</summary>
public enum Subject
{
    [JsonStringEnumMemberName("")] Latency,
    [JsonStringEnumMemberName("achieved/offered")] AchievedOffered,
    [JsonStringEnumMemberName("errors")] Errors,
    [JsonStringEnumMemberName("closes")] Closes,
    [JsonStringEnumMemberName("decisions")] Decisions,
    [JsonStringEnumMemberName("throughput")] Throughput,
    [JsonStringEnumMemberName("bytes")] Bytes,
    [JsonStringEnumMemberName("relay.rss")] RelayRss,
    [JsonStringEnumMemberName("relay.cpu")] RelayCpu,
}

/// <summary>The rules of a subject.</summary>
/// <param name="Labels">The labels that it has.</param>
/// <param name="HasWindows">It is counted by scenario and second, so it can be judged over windows.</param>
/// <param name="Unit">The unit of a number without one.</param>
internal sealed record SubjectRule(IReadOnlyList<string> Labels, bool HasWindows, Unit Unit)
{
    public static SubjectRule Of(Subject subject) => subject switch
    {
        Subject.Latency => new(["scenario", "direction", "size"], true, Unit.Count),
        Subject.AchievedOffered => new(["scenario"], true, Unit.Ratio),
        Subject.Errors or Subject.Closes => new(["scenario", "code"], true, Unit.Count),
        Subject.Decisions => new(["scenario", "limit"], false, Unit.Count),
        Subject.Throughput => new(["scenario"], true, Unit.PerSecond),
        Subject.Bytes => new(["scenario"], true, Unit.Count),
        Subject.RelayCpu => new([], false, Unit.Cores),
        _ => new([], false, Unit.Count),
    };
}

/// <summary>How a value is compared with the limit.</summary>
public enum Comparison
{
    [JsonStringEnumMemberName("<")] Less,
    [JsonStringEnumMemberName("<=")] LessOrEqual,
    [JsonStringEnumMemberName(">")] Greater,
    [JsonStringEnumMemberName(">=")] GreaterOrEqual,
    [JsonStringEnumMemberName("==")] Equal,
    [JsonStringEnumMemberName("!=")] NotEqual,
}

/// <summary>Which figure of the subject.</summary>
public enum StatisticKind
{
    [JsonStringEnumMemberName("")] Default,
    [JsonStringEnumMemberName("p")] Percentile,
    [JsonStringEnumMemberName("max")] Max,
    [JsonStringEnumMemberName("min")] Min,
    [JsonStringEnumMemberName("mean")] Mean,
    [JsonStringEnumMemberName("count")] Count,
    [JsonStringEnumMemberName("slope")] Slope,
    [JsonStringEnumMemberName("per_session")] PerSession,
    [JsonStringEnumMemberName("right")] Right,
    [JsonStringEnumMemberName("wrong")] Wrong,
    [JsonStringEnumMemberName("uncertain")] Uncertain,
}
