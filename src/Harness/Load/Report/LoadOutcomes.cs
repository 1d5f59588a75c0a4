using System.Text.Json.Serialization;

namespace CoralMux.Harness.Load.Report;

public enum ThresholdResult
{
    [JsonStringEnumMemberName("met")] Met,
    [JsonStringEnumMemberName("missed")] Missed,

    /// <summary>Nothing was measured that it could be compared with; this fails the run too.</summary>
    [JsonStringEnumMemberName("not-judged")] NotJudged,
}

public enum Unit
{
    [JsonStringEnumMemberName("us")] Microseconds,
    [JsonStringEnumMemberName("ratio")] Ratio,
    [JsonStringEnumMemberName("count")] Count,
    [JsonStringEnumMemberName("per_second")] PerSecond,
    [JsonStringEnumMemberName("bytes")] Bytes,
    [JsonStringEnumMemberName("bytes_per_second")] BytesPerSecond,
    [JsonStringEnumMemberName("cores")] Cores,
}

/// <param name="Text">As it was written in the profile or on the command line.</param>
/// <param name="Value">The measured value, in <paramref name="Unit"/>; with windows, that of the window that decided.</param>
public sealed record ThresholdOutcome(string Text, ThresholdResult Outcome, double? Value, double Limit, Unit Unit)
{
    /// <summary>A sentence, where the outcome is not <c>met</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>It stopped the run early.</summary>
    public bool Aborted { get; init; }
}

/// <summary>What every relay must keep for every message, however busy it is.</summary>
public enum Invariant
{
    /// <summary>A message reaches no connection of another token.</summary>
    [JsonStringEnumMemberName("isolation")] Isolation,

    /// <summary>Messages arrive in the order in which they were sent.</summary>
    [JsonStringEnumMemberName("order")] Order,

    /// <summary>Nothing is lost, nothing arrives twice.</summary>
    [JsonStringEnumMemberName("delivery")] Delivery,

    /// <summary>Messages arrive byte for byte.</summary>
    [JsonStringEnumMemberName("identity")] Identity,

    /// <summary>Sampled encrypted messages open with the peers' key.</summary>
    [JsonStringEnumMemberName("decryption")] Decryption,
}

/// <param name="Checked">The number of messages that were checked.</param>
public sealed record InvariantOutcome(Invariant Name, long Checked, long Violations)
{
    /// <summary>The first few violations, each with the messages on the wire before it.</summary>
    public IReadOnlyList<InvariantExample> Examples { get; init; } = [];
}

/// <param name="AtS">Seconds since the load began.</param>
/// <param name="Pair">Number of the virtual user in the run.</param>
/// <param name="Sentence">What was expected and what came.</param>
public sealed record InvariantExample(double AtS, string Scenario, int Pair, string Sentence, IReadOnlyList<ExcerptLine> Transcript);

public enum ExcerptDirection
{
    [JsonStringEnumMemberName("sent")] Sent,
    [JsonStringEnumMemberName("received")] Received,
}

/// <param name="Connection">The side that sent or received, such as <c>phone</c> or <c>agent</c>.</param>
/// <param name="Text">The message's first bytes, without tokens.</param>
public sealed record ExcerptLine(double AtS, string Connection, ExcerptDirection Direction, long Bytes, string Text);

/// <param name="Limit"><c>rate-phone rate-agent daily-quota monthly-quota</c>.</param>
/// <param name="Uncertain">Decisions so near the limit that, given the round trip, both answers are right.</param>
public sealed record DecisionScore(string Limit, string Scenario, long Right, long Wrong, long Uncertain)
{
    public IReadOnlyList<string> Examples { get; init; } = [];
}

/// <param name="Token">Its number in this run; the token itself is never in a report.</param>
public sealed record TokenUsage(int Token, string Scenario, long Bytes, long? DailyQuotaBytes, long? DailyUsedBytes);
