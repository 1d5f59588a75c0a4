using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Load.Report;

public enum LoadVerdict
{
    [JsonStringEnumMemberName("pass")] Pass,
    [JsonStringEnumMemberName("fail")] Fail,

    /// <summary>The run says nothing about the relay.</summary>
    [JsonStringEnumMemberName("invalid")] Invalid,
}

/// <summary>The findings of a run of <c>load</c>, <c>capacity</c> or <c>merge</c>: the file form of <c>schemas/load-report.schema.json</c>.</summary>
public sealed record LoadReport
{
    public const int MaximumTokens = 20;

    /// <summary>Always <c>load</c>; distinguishes this report from one of <c>verify</c>.</summary>
    public string Kind { get; init; } = "load";

    public required LoadSuite Suite { get; init; }

    public required LoadVerdict Verdict { get; init; }

    public required int ExitCode { get; init; }

    /// <summary>Why the verdict is not <c>pass</c>, a sentence each.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    public required LoadValidity Validity { get; init; }

    public required LoadConfig Config { get; init; }

    public required LoadTarget Target { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required double DurationMs { get; init; }

    public required LoadTotals Totals { get; init; }

    public IReadOnlyList<ThresholdOutcome> Thresholds { get; init; } = [];

    public IReadOnlyList<LoadMetric> Metrics { get; init; } = [];

    /// <summary>One point for each second; longer runs have fewer, wider points.</summary>
    public IReadOnlyList<LoadPoint> Series { get; init; } = [];

    public IReadOnlyList<InvariantOutcome> Invariants { get; init; } = [];

    /// <summary>The decisions of the relay about rate and quota, compared with a model.</summary>
    public IReadOnlyList<DecisionScore> Decisions { get; init; } = [];

    /// <summary>The tokens that moved the most bytes, at most <see cref="MaximumTokens"/>.</summary>
    public IReadOnlyList<TokenUsage> Tokens { get; init; } = [];

    public CapacityAnswer? Capacity { get; init; }
}

/// <param name="Hash">Of the suite's files, as <c>verify</c> reports it.</param>
public sealed record LoadSuite(string Version, string Hash);

/// <param name="Reasons">The faults of the generator: lag, processor, sockets. Empty when valid.</param>
public sealed record LoadValidity(bool Valid, IReadOnlyList<string> Reasons)
{
    /// <summary>The 99th percentile of the generator's scheduling lag.</summary>
    public double LagP99Us { get; init; }

    /// <summary>Processors in use in the generator's busiest second.</summary>
    public double GeneratorCpuMax { get; init; }
}

public sealed record LoadConfig
{
    /// <summary>SHA-256 of the profile as run and the seed, 64 lower-case hex digits: equal hashes mean the same experiment.</summary>
    public required string Hash { get; init; }

    public required long Seed { get; init; }

    /// <summary>The profile as it was run: scaled, with the thresholds of the command line.</summary>
    public required JsonObject Profile { get; init; }

    public bool Quick { get; init; }

    /// <summary>The part of a run that this is, or null for a whole run.</summary>
    public LoadShard? Shard { get; init; }
}

/// <param name="Index">From 0.</param>
/// <param name="StartAt">The time at which all parts should begin, or null.</param>
/// <param name="LateMs">How much later this part began.</param>
public sealed record LoadShard(int Index, int Count, DateTimeOffset? StartAt, double LateMs);

/// <param name="Url">Null for the embedded relay.</param>
/// <param name="OnThisHost">The relay's process was found on this host: its processor time and memory are in the series.</param>
public sealed record LoadTarget(string Name, string? Url, bool OnThisHost);

public sealed record LoadTotals
{
    public long Offered { get; init; }

    public long Sent { get; init; }

    public long Delivered { get; init; }

    /// <summary>Delivered, or refused as it should be, of what was offered.</summary>
    public double AchievedRatio { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

    public long Connects { get; init; }

    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> Closes { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, ScenarioCounts> Scenarios { get; init; } = new Dictionary<string, ScenarioCounts>();

    /// <summary>Processor time of this program, from the first message to the last.</summary>
    public double GeneratorCpuSeconds { get; init; }

    public double? RelayCpuSeconds { get; init; }

    public long? RelayRssPeakBytes { get; init; }
}
