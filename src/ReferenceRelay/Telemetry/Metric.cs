namespace CoralMux.ReferenceRelay.Telemetry;

/// <summary>One thing that is counted, with a reader for each value of its one label (or a single reader without).</summary>
internal sealed record Metric(string Name, string Help, bool IsCounter, string? Label, IReadOnlyList<(string? Value, Func<double> Read)> Series);
