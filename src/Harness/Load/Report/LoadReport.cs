using System.Text.Json.Nodes;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Load.Report;

/// <summary>What a run of <c>load</c>, <c>capacity</c> or <c>merge</c> found: the file form of <c>schemas/load-report.schema.json</c>.</summary>
public sealed record LoadReport
{
    /// <summary>Always <c>load</c>: tells this report from one of <c>verify</c>.</summary>
    public string Kind { get; init; } = "load";

    public required LoadSuite Suite { get; init; }

    /// <summary><c>pass</c>, <c>fail</c>, or <c>invalid</c>: then nothing is said about the relay.</summary>
    public required string Verdict { get; init; }

    public required int ExitCode { get; init; }

    /// <summary>Why the verdict is no pass, a sentence each.</summary>
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

    /// <summary>What the relay decided about rate and quota, against what it owed.</summary>
    public IReadOnlyList<DecisionScore> Decisions { get; init; } = [];

    /// <summary>The tokens that moved most bytes, at most 20.</summary>
    public IReadOnlyList<TokenUsage> Tokens { get; init; } = [];

    public CapacityAnswer? Capacity { get; init; }
}

/// <param name="Hash">Of the suite's files, as <c>verify</c> reports it.</param>
public sealed record LoadSuite(string Version, string Hash);

/// <param name="Reasons">What was ours and not the relay's: lag, processor, sockets. Empty when valid.</param>
public sealed record LoadValidity(bool Valid, IReadOnlyList<string> Reasons)
{
    /// <summary>Generator's worst scheduling lag and busiest second, whatever the verdict.</summary>
    public double LagP99Us { get; init; }

    public double GeneratorCpuMax { get; init; }
}

public sealed record LoadConfig
{
    /// <summary>SHA-256 of the profile as run and the seed, 64 lower-case hex digits: equal hashes are one experiment.</summary>
    public required string Hash { get; init; }

    public required long Seed { get; init; }

    /// <summary>The profile as it was run: scaled, with the thresholds of the command line.</summary>
    public required JsonObject Profile { get; init; }

    public bool Quick { get; init; }

    /// <summary>Which part of a run this is, or null where it is the whole.</summary>
    public LoadShard? Shard { get; init; }
}

/// <param name="Index">From 0.</param>
/// <param name="StartAt">When all parts were to begin, or null.</param>
/// <param name="LateMs">How much later than that this one began.</param>
public sealed record LoadShard(int Index, int Count, DateTimeOffset? StartAt, double LateMs);

/// <param name="Url">Null for the embedded relay.</param>
/// <param name="OnThisHost">The relay's process was found here: its processor time and memory are in the series.</param>
public sealed record LoadTarget(string Name, string? Url, bool OnThisHost);

public sealed record LoadTotals
{
    public long Offered { get; init; }

    public long Sent { get; init; }

    public long Delivered { get; init; }

    /// <summary>Delivered or answered as it was owed, of what was offered.</summary>
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
