using System.Globalization;
using System.Text.Json;

namespace CoralMux.Harness.Targets;

/// <summary>
/// The configuration of a relay that is started for a scenario, by the keys that <c>startCommand</c> gets:
/// those of the target's limits, and a few more. It has only values that differ from the relay's defaults.
/// </summary>
public sealed record RelaySettings(IReadOnlyDictionary<string, string> Values)
{
    /// <summary><c>none</c>: no admin key is configured. Else the key.</summary>
    public const string AdminKey = "adminKey";

    /// <summary>Addresses or networks, with commas between.</summary>
    public const string TrustedProxies = "trustedProxies";

    /// <summary>Seconds by which the relay's clock is ahead.</summary>
    public const string ClockOffset = "clockOffsetSeconds";

    /// <summary>A name of the tz database.</summary>
    public const string TimeZone = "timeZone";

    public const string TlsCertificate = "tlsCertificateFile";

    public const string TlsKey = "tlsKeyFile";

    /// <summary>An empty directory for the data of the relay; the same one when it is started again.</summary>
    public const string Store = "storeDirectory";

    /// <summary>Where to listen: port 0 for a free one.</summary>
    public const string Address = "address";

    public const string None = "none";

    public static RelaySettings Empty { get; } = new(new Dictionary<string, string>());

    public string? this[string key] => Values.GetValueOrDefault(key);

    public RelaySettings With(string key, string value) => new(new Dictionary<string, string>(Values) { [key] = value });

    public RelaySettings With(RelaySettings others) => others.Values.Aggregate(this, (settings, pair) => settings.With(pair.Key, pair.Value));

    /// <summary>The limits that a relay so configured claims.</summary>
    public TargetLimits Over(TargetLimits limits)
    {
        var values = JsonSerializer.SerializeToNode(limits, JsonSerializerOptions.Web)!.AsObject();
        foreach (var key in values.Select(pair => pair.Key).Where(Values.ContainsKey).ToList())
            values[key] = long.Parse(Values[key], CultureInfo.InvariantCulture);
        return values.Deserialize<TargetLimits>(JsonSerializerOptions.Web)!;
    }
}
