namespace CoralMux.Harness.Load.Report;

/// <summary>One second of a run; in long runs, a few. What was not measured is null.</summary>
public sealed record LoadPoint
{
    /// <summary>Seconds since the load began; negative while sessions were still being set up.</summary>
    public required double AtS { get; init; }

    public required double WidthS { get; init; }

    /// <summary>Messages a second that the schedule asked for.</summary>
    public double Offered { get; init; }

    /// <summary>Messages a second that arrived.</summary>
    public double Achieved { get; init; }

    public double? P50Us { get; init; }

    public double? P99Us { get; init; }

    public double? ServiceP99Us { get; init; }

    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> Closes { get; init; } = new Dictionary<string, long>();

    public long Connections { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

    /// <summary>In processors: 1 is one busy core.</summary>
    public double? RelayCpu { get; init; }

    public long? RelayRssBytes { get; init; }

    public double GeneratorCpu { get; init; }

    public long GeneratorRssBytes { get; init; }

    public double GeneratorGcPauseMs { get; init; }

    public double? LagP99Us { get; init; }

    /// <summary>The part of each scenario while the load lasts: merged windows are judged by it.</summary>
    public IReadOnlyDictionary<string, ScenarioCounts> Scenarios { get; init; } = new Dictionary<string, ScenarioCounts>();

    /// <summary>Neighbours as one point: the worst percentile and the most memory, the sum of counts, the mean of rates.</summary>
    public static LoadPoint Join(IReadOnlyList<LoadPoint> points)
    {
        var width = points.Sum(point => point.WidthS);
        double Mean(Func<LoadPoint, double> value) => Math.Round(points.Sum(point => value(point) * point.WidthS) / width, 3);
        return new LoadPoint
        {
            AtS = points[0].AtS,
            WidthS = Math.Round(width, 3),
            Offered = Mean(point => point.Offered),
            Achieved = Mean(point => point.Achieved),
            P50Us = points.Max(point => point.P50Us),
            P99Us = points.Max(point => point.P99Us),
            ServiceP99Us = points.Max(point => point.ServiceP99Us),
            LagP99Us = points.Max(point => point.LagP99Us),
            Errors = ScenarioCounts.Union(points.Select(point => point.Errors)),
            Closes = ScenarioCounts.Union(points.Select(point => point.Closes)),
            Connections = points[^1].Connections,
            BytesSent = points.Sum(point => point.BytesSent),
            BytesReceived = points.Sum(point => point.BytesReceived),
            RelayCpu = points.Any(point => point.RelayCpu is not null) ? Mean(point => point.RelayCpu ?? 0) : null,
            RelayRssBytes = points.Max(point => point.RelayRssBytes),
            GeneratorCpu = Mean(point => point.GeneratorCpu),
            GeneratorRssBytes = points.Max(point => point.GeneratorRssBytes),
            GeneratorGcPauseMs = points.Sum(point => point.GeneratorGcPauseMs),
            Scenarios = ScenarioCounts.Sum(points.Select(point => point.Scenarios)),
        };
    }
}
