using System.Globalization;
using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;

namespace CoralMux.Harness.Load.Thresholds;

/// <summary>Reads a threshold; <c>docs/load.md</c> has the grammar.</summary>
public static partial class ThresholdParser
{
    private static readonly Dictionary<string, (double Factor, Unit? Unit)> Units = new()
    {
        ["us"] = (1, Unit.Microseconds), ["ms"] = (1e3, Unit.Microseconds), ["s"] = (1e6, Unit.Microseconds),
        ["%"] = (0.01, Unit.Ratio), ["/s"] = (1, Unit.PerSecond), [""] = (1, null),
        ["B"] = (1, Unit.Bytes), ["KiB"] = (1024, Unit.Bytes), ["MiB"] = (1048576, Unit.Bytes), ["kB"] = (1e3, Unit.Bytes), ["MB"] = (1e6, Unit.Bytes),
        ["B/s"] = (1, Unit.BytesPerSecond), ["KiB/s"] = (1024, Unit.BytesPerSecond),
        ["MiB/s"] = (1048576, Unit.BytesPerSecond), ["MB/s"] = (1e6, Unit.BytesPerSecond),
    };

    /// <exception cref="CommandException">It cannot be read; exit 2.</exception>
    public static Threshold Parse(string text)
    {
        var match = Grammar().Match(text);
        if (!match.Success)
            throw Refuse(text, "is not a threshold; use for example 'one_way{size=256} p99 < 5ms over 10s for 3 windows'");
        string Part(string name) => match.Groups[name].Value;
        int? Number(string name) => match.Groups[name].Success ? int.Parse(Part(name), CultureInfo.InvariantCulture) : null;
        var (subject, family, measure) = ReadSubject(text, Part("subject"));
        var (statistic, percentile) = ReadStatistic(Part("stat"));
        if (!Units.TryGetValue(Part("unit"), out var unit))
            throw Refuse(text, $"has the unit '{Part("unit")}'; {Suggestion.For(Part("unit"), Units.Keys.Where(key => key.Length > 0))}");
        Word.TryRead<Comparison>(Part("op"), out var comparison);
        var isDelta = match.Groups["delta"].Success;
        var threshold = new Threshold
        {
            Text = text,
            Subject = subject,
            Family = family,
            Measure = measure,
            Labels = match.Groups["label"].Captures.Select(capture => capture.Value.Split('=', 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim()),
            Statistic = statistic,
            Percentile = percentile,
            IsDelta = isDelta,
            Comparison = comparison,
            Limit = double.Parse(Part("limit"), CultureInfo.InvariantCulture) * unit.Factor,
            Unit = isDelta ? Unit.Ratio : unit.Unit ?? SubjectRule.Of(subject).Unit,
            Over = Number("over"),
            Windows = Number("windows") ?? 1,
            Aborts = match.Groups["abort"].Success,
        };
        return Problem(threshold, Part("subject")) is { } problem ? throw Refuse(text, problem) : threshold;
    }

    private static (Subject Subject, Family Family, Measure Measure) ReadSubject(string text, string subject)
    {
        var dot = subject.LastIndexOf('.');
        var family = dot > 0 && Word.TryRead<Family>(subject[..dot], out _) ? subject[..dot] : subject;
        if (Word.TryRead<Family>(family, out var known))
        {
            var measure = Measure.Response;
            return family.Length == subject.Length || Word.TryRead(subject[(dot + 1)..], out measure)
                ? (Subject.Latency, known, measure)
                : throw Refuse(text, $"is about '{subject}'; there are response, service and lag");
        }

        if (Word.TryRead<Subject>(subject, out var other) && other != Subject.Latency)
            return (other, default, default);
        var subjects = Word.All<Family>().Concat(Word.All<Subject>().Where(word => word.Length > 0));
        throw Refuse(text, $"is about '{subject}'; {Suggestion.For(subject, subjects)}");
    }

    private static (StatisticKind Statistic, double Percentile) ReadStatistic(string statistic)
    {
        if (Word.TryRead<StatisticKind>(statistic, out var kind) && kind != StatisticKind.Percentile)
            return (kind, 0);
        return double.TryParse(statistic.AsSpan(1), CultureInfo.InvariantCulture, out var percentile) ? (StatisticKind.Percentile, percentile) : default;
    }

    private static string? Problem(Threshold threshold, string subject)
    {
        var rule = SubjectRule.Of(threshold.Subject);
        if (threshold.IsLatency && !HasLatencyStatistic(threshold))
            return "needs a statistic: p50, p99, p99.9, max, min, mean or count";
        if (threshold is { IsLatency: true, IsDelta: false, Statistic: not StatisticKind.Count, Unit: not Unit.Microseconds })
            return "needs a time: us, ms or s";
        if (threshold.Over is not null && !rule.HasWindows)
            return $"cannot have windows, since {subject} has none; leave 'over' out";
        if (threshold is { Over: not null, IsDelta: true })
            return "cannot have windows, since a baseline is compared as a whole; leave 'over' or 'delta' out";
        if (threshold.Labels.Keys.FirstOrDefault(label => !rule.Labels.Contains(label)) is { } unknown)
            return $"has the label '{unknown}'; {subject} has {(rule.Labels.Count > 0 ? string.Join(", ", rule.Labels) : "none")}";
        return threshold is { Aborts: true, Over: null, IsLostForGood: false }
            ? "cannot abort a run, since only its end decides it; give it windows, for example 'over 10s'"
            : null;
    }

    private static bool HasLatencyStatistic(Threshold threshold) => threshold.Statistic switch
    {
        StatisticKind.Max or StatisticKind.Min or StatisticKind.Mean or StatisticKind.Count => true,
        StatisticKind.Percentile => threshold.Percentile is > 0 and <= 100,
        _ => false,
    };

    private static CommandException Refuse(string text, string problem) => new(ExitCode.Usage, $"'{text}' {problem}.");

    [GeneratedRegex("""
        ^\s*(?<subject>[a-z_./]+)
        (\{\s*(?<label>[a-z-]+\s*=\s*[^,}]+)(,\s*(?<label>[a-z-]+\s*=\s*[^,}]+))*\})?
        \s+((?<stat>p[0-9.]+|max|min|mean|count|slope|per_session|right|wrong|uncertain)\s+)?
        ((?<delta>delta)\s+)?
        (?<op><=|>=|==|!=|<|>)\s*(?<limit>-?[0-9.]+)\s?(?<unit>(?!(abort|over|for)\b)[a-zA-Z/%]*)
        (\s+over\s+(?<over>[1-9][0-9]*)s)?(\s+for\s+(?<windows>[1-9][0-9]*)\s+windows?)?
        (\s+(?<abort>abort))?\s*$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Grammar();
}
