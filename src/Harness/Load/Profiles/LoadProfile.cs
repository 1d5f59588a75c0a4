using System.Text.Json.Serialization;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Profiles;

/// <summary>The load of a run and its thresholds: the file form of <c>schemas/load-profile.schema.json</c>.</summary>
public sealed record LoadProfile
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public required string Name { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    public long Seed { get; init; } = 1;

    public IReadOnlyList<TargetNeed> Requires { get; init; } = [];

    /// <summary>Limits of the embedded relay, by the keys of a target description.</summary>
    public IReadOnlyDictionary<string, string> Relay { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyList<ScenarioProfile> Scenarios { get; init; }

    public IReadOnlyList<string> Thresholds { get; init; } = [];

    /// <summary>Null: all that apply.</summary>
    public IReadOnlyList<Invariant>? Invariants { get; init; }

    /// <summary>The limits whose decisions are compared with a model, in the words of the protocol profile.</summary>
    public IReadOnlyList<string> Scores { get; init; } = [];

    public QuickForm? Quick { get; init; }

    [JsonIgnore]
    public TimeSpan Duration => TimeSpan.FromMilliseconds(Scenarios.Max(scenario => scenario.DurationMs));
}

public sealed record ScenarioProfile
{
    public required string Name { get; init; }

    public required int Pairs { get; init; }

    public SessionProfile Sessions { get; init; } = new();

    public MessageProfile? Messages { get; init; }

    public required IReadOnlyList<LoadSimulation> LoadSimulations { get; init; }

    [JsonIgnore]
    public long DurationMs => LoadSimulations.Sum(simulation => simulation.DurationMs);
}

/// <summary>What a target must offer; <see cref="Process"/>: the relay runs on this host.</summary>
public enum TargetNeed
{
    [JsonStringEnumMemberName("admin-api")] AdminApi,
    [JsonStringEnumMemberName("self-registration")] SelfRegistration,
    [JsonStringEnumMemberName("metrics")] Metrics,
    [JsonStringEnumMemberName("tokens")] Tokens,
    [JsonStringEnumMemberName("process")] Process,
}

public enum SessionLife
{
    /// <summary>All connect before the load begins, and stay.</summary>
    [JsonStringEnumMemberName("hold")] Hold,

    /// <summary>One connects after the other.</summary>
    [JsonStringEnumMemberName("ramp")] Ramp,

    /// <summary>All connect at once, when the load begins.</summary>
    [JsonStringEnumMemberName("storm")] Storm,

    /// <summary>All connect before the load begins; then each leaves and comes back.</summary>
    [JsonStringEnumMemberName("churn")] Churn,
}

public sealed record SessionProfile
{
    public SessionLife Life { get; init; }

    /// <summary>Whether the sessions are there before the load begins.</summary>
    [JsonIgnore]
    public bool ConnectFirst => Life is SessionLife.Hold or SessionLife.Churn;

    public int? RampMs { get; init; }

    public int? LifeMs { get; init; }
}

public sealed record MessageProfile
{
    /// <summary>A word of the protocol profile.</summary>
    public required string Flow { get; init; }

    public SizeProfile Size { get; init; } = new() { Bytes = 256 };

    public bool Encrypted { get; init; }

    public double TokensPerSecond { get; init; } = 40;

    public int TokensPerAnswer { get; init; } = 100;

    public double SlowReaders { get; init; }
}

/// <summary>Either <see cref="Bytes"/>, or any size between the two others.</summary>
public sealed record SizeProfile
{
    public int? Bytes { get; init; }

    public int? MinBytes { get; init; }

    public int? MaxBytes { get; init; }

    [JsonIgnore]
    public int Least => Bytes ?? MinBytes!.Value;

    [JsonIgnore]
    public int Most => Bytes ?? MaxBytes!.Value;
}

public enum SimulationKind
{
    [JsonStringEnumMemberName("constant")] Constant,
    [JsonStringEnumMemberName("ramping")] Ramping,
    [JsonStringEnumMemberName("closed")] Closed,
    [JsonStringEnumMemberName("pause")] Pause,
}

public sealed record LoadSimulation(SimulationKind Kind, long DurationMs)
{
    public double? FromRate { get; init; }

    public double? Rate { get; init; }

    public int? InFlight { get; init; }
}

public sealed record QuickForm
{
    public int? Pairs { get; init; }

    public double? RateFactor { get; init; }

    public double? DurationFactor { get; init; }
}
