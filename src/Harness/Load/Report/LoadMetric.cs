namespace CoralMux.Harness.Load.Report;

/// <summary>One distribution, in microseconds.</summary>
/// <param name="Family"><c>connect auth pair one_way round_trip first_token token_gap last_token error</c>.</param>
/// <param name="Kind"><c>response</c>: from the intended start. <c>service</c>: from the real send. <c>lag</c>: between the two, where it was ours.</param>
/// <param name="Labels"><c>scenario</c>, and where they apply <c>direction</c> and <c>size</c>.</param>
public sealed record LoadMetric(string Family, string Kind, IReadOnlyDictionary<string, string> Labels)
{
    public required long Count { get; init; }

    public double MinUs { get; init; }

    public double MeanUs { get; init; }

    public double StdDevUs { get; init; }

    public double P50Us { get; init; }

    public double P90Us { get; init; }

    public double P95Us { get; init; }

    public double P99Us { get; init; }

    public double P999Us { get; init; }

    public double P9999Us { get; init; }

    public double MaxUs { get; init; }

    /// <summary>HdrHistogram, V2 compressed, base64: everything above follows from it.</summary>
    public required string Histogram { get; init; }
}

/// <summary>What one second (or, in long runs, a few) looked like. What was not measured is null.</summary>
public sealed record LoadPoint
{
    /// <summary>Seconds since the load began; negative while sessions were still being set up.</summary>
    public required double AtS { get; init; }

    public required double WidthS { get; init; }

    /// <summary>Messages a second: what the schedule asked for, and what arrived.</summary>
    public double Offered { get; init; }

    public double Achieved { get; init; }

    public double? P50Us { get; init; }

    public double? P99Us { get; init; }

    public double? ServiceP99Us { get; init; }

    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> Closes { get; init; } = new Dictionary<string, long>();

    public long Connections { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

    /// <summary>In processors: 1 is one core, busy.</summary>
    public double? RelayCpu { get; init; }

    public long? RelayRssBytes { get; init; }

    public double GeneratorCpu { get; init; }

    public long GeneratorRssBytes { get; init; }

    public double GeneratorGcPauseMs { get; init; }

    public double? LagP99Us { get; init; }

    /// <summary>Who of the scenarios had which part in it, while the load lasts: merged windows are judged by them.</summary>
    public IReadOnlyDictionary<string, ScenarioCounts> Scenarios { get; init; } = new Dictionary<string, ScenarioCounts>();
}
