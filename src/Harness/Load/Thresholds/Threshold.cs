using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>
/// What a run must reach, as it is written: <c>one_way{size=256} p99 &lt; 5ms over 10s for 3 windows abort</c>.
/// <c>docs/load.md</c> has the grammar.
/// </summary>
public sealed record Threshold
{
    public required string Text { get; init; }

    public required Subject Subject { get; init; }

    /// <summary>Only of a latency.</summary>
    public Family Family { get; init; }

    /// <summary>Only of a latency.</summary>
    public Measure Measure { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required StatisticKind Statistic { get; init; }

    /// <summary>0 to 100, of a percentile.</summary>
    public double Percentile { get; init; }

    /// <summary>Compared with the baseline's value, as a share of it.</summary>
    public bool IsDelta { get; init; }

    public required Comparison Comparison { get; init; }

    /// <summary>In <see cref="Unit"/>.</summary>
    public required double Limit { get; init; }

    public required Unit Unit { get; init; }

    /// <summary>Seconds of a window; null: the whole run.</summary>
    public int? Over { get; init; }

    /// <summary>The least number of windows; it must hold in each.</summary>
    public int Windows { get; init; } = 1;

    public bool Aborts { get; init; }

    public bool IsLatency => Subject == Subject.Latency;

    private bool IsUpperLimit => Comparison is Comparison.Less or Comparison.LessOrEqual;

    private bool IsLowerLimit => Comparison is Comparison.Greater or Comparison.GreaterOrEqual;

    /// <summary>Its limit, once passed, is passed for good: a count or a maximum from above, a minimum from below.</summary>
    internal bool IsLostForGood => Over is null && !IsDelta && (Subject, Statistic) switch
    {
        (Subject.Errors or Subject.Closes or Subject.Decisions, _) or (_, StatisticKind.Count) => IsUpperLimit || Comparison == Comparison.Equal,
        (Subject.RelayRss, StatisticKind.Default or StatisticKind.Max) or (Subject.RelayCpu, _) => IsUpperLimit,
        (Subject.Latency, StatisticKind.Max) => IsUpperLimit,
        (Subject.Latency, StatisticKind.Min) => IsLowerLimit,
        _ => false,
    };

    /// <summary>The thresholds of a profile.</summary>
    /// <exception cref="CommandException">One cannot be read, or names a scenario that is not in the profile; exit 2.</exception>
    public static IReadOnlyList<Threshold> Of(LoadProfile profile)
    {
        var names = profile.Scenarios.Select(scenario => scenario.Name).ToList();
        var thresholds = profile.Thresholds.Select(ThresholdParser.Parse).ToList();
        foreach (var threshold in thresholds)
        {
            if (threshold.Labels.GetValueOrDefault("scenario") is { } name && !names.Contains(name))
                throw new CommandException(ExitCode.Usage, $"'{threshold.Text}' names the scenario '{name}'; {Suggestion.For(name, names)}.");
        }

        return thresholds;
    }

    /// <summary>Missed already, whatever the rest of the run brings.</summary>
    public bool IsLost(double value) => IsLostForGood && !Holds(value) && (IsLowerLimit ? value <= Limit : value >= Limit);

    public bool Holds(double value) => Comparison switch
    {
        Comparison.Less => value < Limit,
        Comparison.LessOrEqual => value <= Limit,
        Comparison.Greater => value > Limit,
        Comparison.GreaterOrEqual => value >= Limit,
        Comparison.Equal => value == Limit,
        _ => value != Limit,
    };

    /// <summary>Of two values the one that is farther on the wrong side.</summary>
    internal bool IsWorse(double value, double than) => IsUpperLimit ? value > than : value < than;

    /// <summary>Whether it is about a metric with these labels.</summary>
    internal bool Covers(IReadOnlyDictionary<string, string> labels) => Labels.All(label => labels.GetValueOrDefault(label.Key) == label.Value);

    internal bool Covers(MetricKey key) => IsLatency && key.Family == Family && key.Measure == Measure && Covers(key.Labels);
}
