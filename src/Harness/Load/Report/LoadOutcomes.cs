namespace CoralMux.Harness.Load.Report;

/// <param name="Text">As it was written in the profile or on the command line.</param>
/// <param name="Outcome"><c>met</c>, <c>missed</c>, or <c>not-judged</c>: nothing it speaks of was measured, which fails the run too.</param>
/// <param name="Value">What was measured, in <paramref name="Unit"/>; of windows the one that decided.</param>
/// <param name="Unit"><c>us</c>, <c>ratio</c>, <c>count</c>, <c>per_second</c>, <c>bytes</c>, <c>bytes_per_second</c>, <c>cores</c>.</param>
public sealed record ThresholdOutcome(string Text, string Outcome, double? Value, double Limit, string Unit)
{
    /// <summary>A sentence, where the outcome is not <c>met</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Stopped the run before its time.</summary>
    public bool Aborted { get; init; }
}

/// <param name="Name"><c>isolation order delivery identity decryption</c>.</param>
/// <param name="Checked">How many messages it was asserted on.</param>
public sealed record InvariantOutcome(string Name, long Checked, long Violations)
{
    /// <summary>The first few violations, each with what went over the wire before it.</summary>
    public IReadOnlyList<InvariantExample> Examples { get; init; } = [];
}

/// <param name="AtS">Seconds since the load began.</param>
/// <param name="Sentence">What was expected and what came.</param>
public sealed record InvariantExample(double AtS, string Scenario, int Pair, string Sentence, IReadOnlyList<ExcerptLine> Transcript);

/// <param name="Connection"><c>phone</c> or <c>agent</c>.</param>
/// <param name="Direction"><c>sent</c> or <c>received</c>.</param>
/// <param name="Text">The message's first bytes; tokens are blotted out.</param>
public sealed record ExcerptLine(double AtS, string Connection, string Direction, long Bytes, string Text);

/// <param name="Limit"><c>rate-phone rate-agent daily-quota monthly-quota</c>.</param>
/// <param name="Uncertain">Decisions so near the line that the round trip leaves both open.</param>
public sealed record DecisionScore(string Limit, string Scenario, long Right, long Wrong, long Uncertain)
{
    public IReadOnlyList<string> Examples { get; init; } = [];
}

/// <param name="Token">Its number in this run; the token itself is never told.</param>
public sealed record TokenUsage(int Token, string Scenario, long Bytes, long? DailyQuotaBytes, long? DailyUsedBytes);

/// <summary>The highest sustainable load lies between the two rates.</summary>
/// <param name="LowRate">Messages a second that were sustained, twice.</param>
/// <param name="HighRate">The lowest that was not; null where the search ended before anything gave way.</param>
/// <param name="LimitedBy"><c>latency errors relay-cpu throughput generator none</c>.</param>
public sealed record CapacityAnswer(double LowRate, double? HighRate, string LimitedBy)
{
    public IReadOnlyList<CapacityStep> Steps { get; init; } = [];
}

/// <param name="Phase"><c>climb</c>, <c>bisection</c>, <c>confirmation</c>.</param>
public sealed record CapacityStep(int Number, string Phase, double OfferedRate, double AchievedRate, bool Passed)
{
    public double? P50Us { get; init; }

    public double? P99Us { get; init; }

    public double? ServiceP99Us { get; init; }

    public long Errors { get; init; }

    public double? RelayCpu { get; init; }

    public long? RelayRssBytes { get; init; }

    public double GeneratorCpu { get; init; }

    public double? LagP99Us { get; init; }

    /// <summary>What gave way, a sentence; null when it passed.</summary>
    public string? Reason { get; init; }
}
