using System.Globalization;
using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Profiles;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>
/// What a run must reach, as it is written: <c>one_way{size=256} p99 &lt; 5ms over 10s for 3 windows abort</c>.
/// <c>docs/load.md</c> has the grammar.
/// </summary>
public sealed partial record Threshold
{
    public static IReadOnlyList<string> Families { get; } = ["connect", "auth", "pair", "one_way", "round_trip", "first_token", "token_gap", "last_token", "error"];

    private static readonly IReadOnlyList<string> Others = ["achieved/offered", "errors", "closes", "decisions", "throughput", "bytes", "relay.rss", "relay.cpu"];

    private static readonly Dictionary<string, (double Factor, string Unit)> Units = new()
    {
        ["us"] = (1, "us"), ["ms"] = (1e3, "us"), ["s"] = (1e6, "us"), ["%"] = (0.01, "ratio"), [""] = (1, ""),
        ["/s"] = (1, "per_second"), ["B"] = (1, "bytes"), ["KiB"] = (1024, "bytes"), ["MiB"] = (1048576, "bytes"), ["kB"] = (1e3, "bytes"), ["MB"] = (1e6, "bytes"),
        ["B/s"] = (1, "bytes_per_second"), ["KiB/s"] = (1024, "bytes_per_second"), ["MiB/s"] = (1048576, "bytes_per_second"), ["MB/s"] = (1e6, "bytes_per_second"),
    };

    public required string Text { get; init; }

    public required string Subject { get; init; }

    /// <summary>Only of a latency: <c>response</c>, <c>service</c> or <c>lag</c>.</summary>
    public string Measure { get; init; } = "response";

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Such as <c>p99</c>, <c>max</c>, <c>slope</c>, or empty.</summary>
    public required string Statistic { get; init; }

    /// <summary>Compared with the baseline's value, as a share of it.</summary>
    public bool IsDelta { get; init; }

    public required string Operator { get; init; }

    public required double Limit { get; init; }

    public required string Unit { get; init; }

    /// <summary>Seconds of a window; null: the whole run.</summary>
    public int? Over { get; init; }

    /// <summary>So many windows there must be, and it must hold in each.</summary>
    public int Windows { get; init; } = 1;

    public bool Aborts { get; init; }

    public bool IsLatency => Families.Contains(Subject);

    /// <summary>Asks for a limit that, once passed, is passed for good: a count or a maximum from above, a minimum from below.</summary>
    private bool IsLostForGood => Over is null && !IsDelta && (Subject, Statistic) switch
    {
        ("errors" or "closes" or "decisions", _) or (_, "count") => Operator is "<" or "<=" or "==",
        ("relay.rss", "" or "max") or ("relay.cpu", _) => Operator is "<" or "<=",
        (_, "max") => IsLatency && Operator is "<" or "<=",
        (_, "min") => IsLatency && Operator is ">" or ">=",
        _ => false,
    };

    /// <summary>The thresholds of a profile.</summary>
    /// <exception cref="CommandException">One cannot be read, or speaks of a scenario that is not in the profile; exit 2.</exception>
    public static IReadOnlyList<Threshold> Of(LoadProfile profile)
    {
        var names = profile.Scenarios.Select(scenario => scenario.Name).ToList();
        var thresholds = profile.Thresholds.Select(Parse).ToList();
        foreach (var threshold in thresholds)
        {
            if (threshold.Labels.GetValueOrDefault("scenario") is { } name && !names.Contains(name))
                throw new CommandException(ExitCode.Usage, $"'{threshold.Text}' speaks of the scenario '{name}'; {Suggestion.For(name, names)}.");
        }

        return thresholds;
    }

    /// <exception cref="CommandException">It cannot be read; exit 2.</exception>
    public static Threshold Parse(string text)
    {
        var match = Grammar().Match(text);
        if (!match.Success)
            throw new CommandException(ExitCode.Usage, $"'{text}' is no threshold; write such as 'one_way{{size=256}} p99 < 5ms over 10s for 3 windows'.");
        var subject = match.Groups["subject"].Value;
        var measure = "response";
        if (subject.LastIndexOf('.') is > 0 and var dot && Families.Contains(subject[..dot]))
            (subject, measure) = (subject[..dot], subject[(dot + 1)..]);
        if (!Families.Contains(subject) && !Others.Contains(subject))
            throw new CommandException(ExitCode.Usage, $"'{text}' speaks of '{subject}'; {Suggestion.For(subject, [.. Families, .. Others])}.");
        if (!Units.TryGetValue(match.Groups["unit"].Value, out var unit))
            throw new CommandException(ExitCode.Usage, $"'{text}' has the unit '{match.Groups["unit"].Value}'; {Suggestion.For(match.Groups["unit"].Value, Units.Keys.Where(key => key.Length > 0))}.");

        var statistic = match.Groups["stat"].Value;
        var isDelta = match.Groups["delta"].Success;
        var threshold = new Threshold
        {
            Text = text,
            Subject = subject,
            Measure = measure,
            Labels = match.Groups["label"].Captures.Select(capture => capture.Value.Split('=', 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim()),
            Statistic = statistic,
            IsDelta = isDelta,
            Operator = match.Groups["op"].Value,
            Limit = double.Parse(match.Groups["limit"].Value, CultureInfo.InvariantCulture) * unit.Factor,
            Unit = isDelta ? "ratio" : unit.Unit.Length > 0 ? unit.Unit : subject is "achieved/offered" ? "ratio" : subject == "relay.cpu" ? "cores" : subject == "throughput" ? "per_second" : "count",
            Over = match.Groups["over"].Success ? int.Parse(match.Groups["over"].Value, CultureInfo.InvariantCulture) : null,
            Windows = match.Groups["windows"].Success ? int.Parse(match.Groups["windows"].Value, CultureInfo.InvariantCulture) : 1,
            Aborts = match.Groups["abort"].Success,
        };
        if (threshold.IsLatency && !(statistic is "max" or "min" or "mean" or "count" || IsPercentile(statistic)))
            throw new CommandException(ExitCode.Usage, $"'{text}' needs a statistic: p50, p99, p99.9, max, min, mean or count.");
        if (threshold.IsLatency && measure is not ("response" or "service" or "lag"))
            throw new CommandException(ExitCode.Usage, $"'{text}' speaks of '{subject}.{measure}'; there are response, service and lag.");
        if (threshold.IsLatency && statistic != "count" && !isDelta && threshold.Unit != "us")
            throw new CommandException(ExitCode.Usage, $"'{text}' needs a time: us, ms or s.");
        if (threshold.Over is not null && !(threshold.IsLatency || threshold.Subject is "achieved/offered" or "errors" or "closes" or "throughput" or "bytes"))
            throw new CommandException(ExitCode.Usage, $"'{text}': {subject} has no windows; leave 'over' out.");
        if (threshold.Over is not null && isDelta)
            throw new CommandException(ExitCode.Usage, $"'{text}': a baseline is compared with as a whole; leave 'over' or 'delta' out.");
        if (threshold.Labels.Keys.FirstOrDefault(label => !LabelsOf(threshold.Subject).Contains(label)) is { } unknown)
            throw new CommandException(ExitCode.Usage, $"'{text}' has the label '{unknown}'; {(LabelsOf(threshold.Subject) is { Count: > 0 } known ? $"{threshold.Subject} has {string.Join(", ", known)}" : $"{threshold.Subject} has none")}.");
        if (threshold is { Aborts: true, Over: null, IsLostForGood: false })
            throw new CommandException(ExitCode.Usage, $"'{text}' cannot abort a run, since only its end decides it; give it windows, such as 'over 10s'.");
        return threshold;
    }

    private static IReadOnlyList<string> LabelsOf(string subject) => subject switch
    {
        "errors" or "closes" => ["scenario", "code"],
        "achieved/offered" or "throughput" or "bytes" => ["scenario"],
        "decisions" => ["scenario", "limit"],
        "relay.rss" or "relay.cpu" => [],
        _ => ["scenario", "direction", "size"],
    };

    /// <summary>Missed already, whatever the rest of the run brings.</summary>
    public bool IsLost(double value) => IsLostForGood && !Holds(value) && (Operator is ">" or ">=" ? value <= Limit : value >= Limit);

    public bool Holds(double value) => Operator switch
    {
        "<" => value < Limit,
        "<=" => value <= Limit,
        ">" => value > Limit,
        ">=" => value >= Limit,
        "==" => value == Limit,
        _ => value != Limit,
    };

    /// <summary>Whether a metric with these labels is meant.</summary>
    public bool Speaks(IReadOnlyDictionary<string, string> labels) => Labels.All(label => labels.GetValueOrDefault(label.Key) == label.Value);

    /// <summary>A value in the words of people.</summary>
    public string Tell(double value) => Unit switch
    {
        "us" when value >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.###} ms"),
        "us" => string.Create(CultureInfo.InvariantCulture, $"{value:0} us"),
        "ratio" => string.Create(CultureInfo.InvariantCulture, $"{value:0.####}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {Unit}"),
    };

    private static bool IsPercentile(string statistic) =>
        statistic.StartsWith('p') && double.TryParse(statistic.AsSpan(1), CultureInfo.InvariantCulture, out var percentile) && percentile is > 0 and <= 100;

    [GeneratedRegex(@"^\s*(?<subject>[a-z_./]+)(\{\s*(?<label>[a-z-]+\s*=\s*[^,}]+)(,\s*(?<label>[a-z-]+\s*=\s*[^,}]+))*\})?\s+((?<stat>p[0-9.]+|max|min|mean|count|slope|per_session|right|wrong|uncertain)\s+)?((?<delta>delta)\s+)?(?<op><=|>=|==|!=|<|>)\s*(?<limit>-?[0-9.]+)\s?(?<unit>(?!(abort|over|for)\b)[a-zA-Z/%]*)(\s+over\s+(?<over>[1-9][0-9]*)s)?(\s+for\s+(?<windows>[1-9][0-9]*)\s+windows?)?(\s+(?<abort>abort))?\s*$")]
    private static partial Regex Grammar();
}
