using System.Globalization;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>What people call the things that the report names in one word.</summary>
internal static class LoadWords
{
    public static string Of(Family family) => family switch
    {
        Family.TokenGap => "Gap between tokens",
        Family.Error => "Error answer",
        _ => string.Concat(Word.Of(family)[..1].ToUpperInvariant(), Word.Of(family)[1..].Replace('_', ' ')),
    };

    public static string Of(Measure measure) => measure == Measure.Lag ? "generator's lag" : $"{Word.Of(measure)} time";

    /// <summary>Scenario, direction and size first, then the others.</summary>
    public static string Labels(IReadOnlyDictionary<string, string> labels)
    {
        var direction = labels.GetValueOrDefault("direction")?.Replace("-to-", " → ", StringComparison.Ordinal);
        var size = labels.GetValueOrDefault("size");
        if (long.TryParse(size, CultureInfo.InvariantCulture, out var bytes))
            size = Quantity.Bytes.Write(bytes);
        var others = labels.Where(label => label.Key is not ("scenario" or "direction" or "size")).Select(label => $"{label.Key} {label.Value}");
        return string.Join(" · ", new[] { labels.GetValueOrDefault("scenario"), direction, size }.OfType<string>().Concat(others));
    }

    public static string Percentile(double percentile) => percentile.ToString("0.#####", CultureInfo.InvariantCulture) + " %";

    public static string Of(Invariant invariant) => invariant switch
    {
        Invariant.Isolation => "No message reached a connection of another token",
        Invariant.Order => "Messages came in the order in which they were sent",
        Invariant.Delivery => "No message was lost, none came twice",
        Invariant.Identity => "Messages came byte for byte as they were sent",
        _ => "Sampled encrypted messages opened with the peers' key",
    };

    public static string Of(CapacityLimit limit) => limit switch
    {
        CapacityLimit.Latency => "latency gave way first",
        CapacityLimit.Errors => "errors came first",
        CapacityLimit.RelayCpu => "the relay's processors were full",
        CapacityLimit.Throughput => "the relay delivered less than was offered",
        CapacityLimit.Generator => "the generator gave way, not the relay: the relay can do more",
        _ => "nothing gave way up to the highest rate that was tried",
    };

    public static string Title(LoadReport report) =>
        (report.Config.Profile["title"] ?? report.Config.Profile["name"])?.GetValue<string>() ?? "load run";

    /// <summary>The verdict, a line.</summary>
    public static string Headline(LoadReport report) => report.Verdict switch
    {
        LoadVerdict.Invalid => "Invalid run: it says nothing about the relay",
        LoadVerdict.Pass when report.Capacity is { } capacity => $"Sustains {Rates(capacity)}",
        LoadVerdict.Pass when report.Thresholds.Count == 0 => "Ran to its end; there was no threshold to meet",
        LoadVerdict.Pass when report.Thresholds.Count == 1 => "The threshold was met",
        LoadVerdict.Pass => $"All {report.Thresholds.Count} thresholds met",
        _ when report.Invariants.Any(invariant => invariant.Violations > 0) => "Failed: the relay violated an invariant under load",
        _ when report.Decisions.Any(decision => decision.Wrong > 0) && NotMet(report) == 0 => "Failed: the relay decided wrongly about a limit",
        _ => $"Failed: {NotMet(report)} of {report.Thresholds.Count} thresholds not met",
    };

    /// <summary>A rate that the generator could not drive is not an upper end of the relay.</summary>
    public static string Rates(CapacityAnswer capacity) => capacity.HighRate is { } high && capacity.LimitedBy != CapacityLimit.Generator
        ? $"between {Quantity.Count.Write(capacity.LowRate)} and {Quantity.Count.Write(high)} messages a second"
        : $"at least {Quantity.Count.Write(capacity.LowRate)} messages a second";

    /// <summary>A value, or a dash where nothing was measured.</summary>
    public static string Write(double? value, Quantity quantity) => value is { } known ? quantity.Write(known) : "–";

    private static int NotMet(LoadReport report) => report.Thresholds.Count(threshold => threshold.Outcome != ThresholdResult.Met);
}
