using System.Text.Json.Serialization;

namespace CoralMux.Harness.Load.Profiles;

/// <summary>What a run does and what it must reach: the file form of <c>schemas/load-profile.schema.json</c>.</summary>
public sealed record LoadProfile
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public required string Name { get; init; }

    public required string Title { get; init; }

    public string? Description { get; init; }

    public long Seed { get; init; } = 1;

    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Limits of the embedded relay, by the keys of a target description.</summary>
    public IReadOnlyDictionary<string, string> Relay { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyList<ScenarioProfile> Scenarios { get; init; }

    public IReadOnlyList<string> Thresholds { get; init; } = [];

    public IReadOnlyList<string>? Invariants { get; init; }

    /// <summary>Which of the relay's decisions are held against a model of the limit.</summary>
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

public sealed record SessionProfile
{
    public string Life { get; init; } = "hold";

    public int? RampMs { get; init; }

    public int? LifeMs { get; init; }
}

public sealed record MessageProfile
{
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

/// <param name="Kind"><c>constant ramping closed pause</c>.</param>
public sealed record LoadSimulation(string Kind, long DurationMs)
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
