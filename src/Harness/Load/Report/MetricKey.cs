namespace CoralMux.Harness.Load.Report;

/// <summary>What tells one distribution from another.</summary>
/// <param name="Direction"><c>phone-to-agent</c>, <c>agent-to-phone</c>, or null.</param>
/// <param name="Size">Bytes, where all messages of the scenario have the same, or null.</param>
public sealed record MetricKey(string Family, string Kind, string Scenario, string? Direction, string? Size)
{
    public IReadOnlyDictionary<string, string> Labels
    {
        get
        {
            var labels = new Dictionary<string, string> { ["scenario"] = Scenario };
            if (Direction is not null)
                labels["direction"] = Direction;
            if (Size is not null)
                labels["size"] = Size;
            return labels;
        }
    }

    /// <summary>As a tag of a <c>.hlog</c>, which may hold neither commas nor spaces.</summary>
    public string Tag => $"{Family}.{Kind};scenario={Scenario}{(Direction is null ? "" : ";direction=" + Direction)}{(Size is null ? "" : ";size=" + Size)}";

    public static MetricKey Parse(string tag)
    {
        var parts = tag.Split(';');
        var name = parts[0].Split('.');
        var labels = parts.Skip(1).Select(part => part.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return new MetricKey(name[0], name[1], labels["scenario"], labels.GetValueOrDefault("direction"), labels.GetValueOrDefault("size"));
    }

    public static MetricKey Of(LoadMetric metric) =>
        new(metric.Family, metric.Kind, metric.Labels["scenario"], metric.Labels.GetValueOrDefault("direction"), metric.Labels.GetValueOrDefault("size"));
}
