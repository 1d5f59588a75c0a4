namespace CoralMux.ReferenceRelay.Options;

/// <param name="Options">Null when there are errors, or help or version was asked for.</param>
internal sealed record ParsedOptions(RelayOptions? Options, IReadOnlyList<string> Errors, bool Help, bool Version);
