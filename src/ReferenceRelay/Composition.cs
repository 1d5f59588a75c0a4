using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Profiles.Pairs;
using CoralMux.ReferenceRelay.Profiles.Pairs.Sessions;

namespace CoralMux.ReferenceRelay;

/// <summary>The only place that names a profile.</summary>
internal static class Composition
{
    /// <summary>Help, command line, environment and file all follow from this table.</summary>
    public static IReadOnlyList<Setting> Settings { get; } = [.. ServerSettings.All, .. PairSettings.All, .. LimitSettings.All];

    public static RelayOptions Defaults { get; } = new() { Limits = new PairLimits() };

    public static ParsedOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment) =>
        new OptionsParser(Settings, Defaults).Parse(arguments, environment);

    public static IProfile CreateProfile(RelayCore core, RelayOptions options) => new PairsProfile(core, options);
}
