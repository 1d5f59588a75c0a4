using System.Globalization;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>How people call what the report names in one word.</summary>
internal static class LoadWords
{
    public static string Family(string family) => family switch
    {
        "one_way" => "One way",
        "round_trip" => "Round trip",
        "first_token" => "First token",
        "token_gap" => "Gap between tokens",
        "last_token" => "Last token",
        "error" => "Error answer",
        _ => string.Concat(family[..1].ToUpperInvariant(), family.AsSpan(1)),
    };

    public static string Kind(string kind) => kind switch { "response" => "response time", "service" => "service time", _ => "generator's lag" };

    public static string Labels(IReadOnlyDictionary<string, string> labels)
    {
        var parts = new List<string?> { labels.GetValueOrDefault("scenario"), labels.GetValueOrDefault("direction") }.OfType<string>().Select(value => value.Replace("phone-to-agent", "phone → agent", StringComparison.Ordinal).Replace("agent-to-phone", "agent → phone", StringComparison.Ordinal))
            .Concat(labels.TryGetValue("size", out var size) ? [long.TryParse(size, CultureInfo.InvariantCulture, out var bytes) ? Quantity.Bytes.Write(bytes) : size] : [])
            .Concat(labels.Where(label => label.Key is not ("scenario" or "direction" or "size")).Select(label => $"{label.Key} {label.Value}"));
        return string.Join(" · ", parts);
    }

    public static string Percentile(double percentile) => percentile.ToString("0.#####", CultureInfo.InvariantCulture) + " %";

    public static string Invariant(string name) => name switch
    {
        "isolation" => "Nothing reached a connection of another token",
        "order" => "Messages came in the order they were sent",
        "delivery" => "Nothing was lost, nothing came twice",
        "identity" => "Messages came byte for byte as they were sent",
        "decryption" => "Sampled encrypted messages opened with the peers' key",
        _ => name,
    };

    public static string Limit(string limit) => limit switch
    {
        "rate-phone" => "rate of a phone",
        "rate-agent" => "rate of an agent",
        "daily-quota" => "daily quota",
        "monthly-quota" => "monthly quota",
        _ => limit,
    };

    public static string LimitedBy(string limitedBy) => limitedBy switch
    {
        "latency" => "latency gave way first",
        "errors" => "errors came first",
        "relay-cpu" => "the relay's processors were full",
        "throughput" => "the relay delivered less than was offered",
        "generator" => "the generator gave way, not the relay: the relay can do more",
        _ => "nothing gave way up to the highest rate that was tried",
    };

    public static string Title(LoadReport report) =>
        (report.Config.Profile["title"] ?? report.Config.Profile["name"])?.GetValue<string>() ?? "load run";

    /// <summary>The verdict, a line.</summary>
    public static string Headline(LoadReport report) => report.Verdict switch
    {
        "invalid" => "Invalid run: it says nothing about the relay",
        "pass" when report.Capacity is { } capacity => $"Sustains {Rates(capacity)}",
        "pass" when report.Thresholds.Count == 0 => "Ran to its end; there was no threshold to meet",
        "pass" => $"All {report.Thresholds.Count} thresholds met".Replace("All 1 thresholds", "The threshold was", StringComparison.Ordinal),
        _ when report.Invariants.Any(invariant => invariant.Violations > 0) => "Failed: the relay broke an invariant under load",
        _ when report.Decisions.Any(decision => decision.Wrong > 0) && report.Thresholds.All(threshold => threshold.Outcome == "met") => "Failed: the relay drew a limit wrongly",
        _ => $"Failed: {report.Thresholds.Count(threshold => threshold.Outcome != "met")} of {report.Thresholds.Count} thresholds not met",
    };

    /// <summary>What the generator could not drive is no upper end of the relay's.</summary>
    public static string Rates(CapacityAnswer capacity) => capacity.HighRate is { } high && capacity.LimitedBy != "generator"
        ? $"between {Quantity.Count.Write(capacity.LowRate)} and {Quantity.Count.Write(high)} messages a second"
        : $"at least {Quantity.Count.Write(capacity.LowRate)} messages a second";
}
