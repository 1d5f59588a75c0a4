namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>One metric, with a reader for each value of its one label, or a single reader without a label.</summary>
/// <param name="IsCounter">It only rises; otherwise it is a gauge.</param>
internal sealed record Metric(string Name, string Help, bool IsCounter, string? Label, IReadOnlyList<(string? Value, Func<double> Read)> Series)
{
    private const string Prefix = "coralmux_relay_";

    public static Metric Gauge(string name, string help, Func<double> read) => new(Prefix + name, help, false, null, [(null, read)]);

    public static Metric Counter(string name, string help, Func<double> read) => new(Prefix + name, help, true, null, [(null, read)]);

    /// <summary>A counter for each value of an enumeration.</summary>
    public static Metric Counters<T>(string name, string help, string label, CountersByKind<T> counters, Func<T, string> nameOf)
        where T : struct, Enum =>
        new(Prefix + name, help, true, label, [.. Enum.GetValues<T>().Select(kind => ((string?)nameOf(kind), (Func<double>)(() => counters[kind])))]);

    /// <summary>As label values are spelled: <c>ClientClosed</c> is <c>client_closed</c>.</summary>
    public static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
