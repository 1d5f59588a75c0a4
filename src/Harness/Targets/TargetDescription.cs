using System.Text.Json;
using System.Text.Json.Serialization;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Targets;

/// <summary>The claims of a relay: its URL, its limits, and its optional features (<c>schemas/target.schema.json</c>).</summary>
public sealed record TargetDescription
{
    /// <summary>The features that a relay offers by default.</summary>
    public static IReadOnlyList<string> DefaultFeatures { get; } = ["admin-api"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>For editors; means nothing here.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public string? Name { get; init; }

    public string? Version { get; init; }

    /// <summary>The protocol that it speaks, or null for the default one.</summary>
    public string? Profile { get; init; }

    /// <summary><c>ws://</c> or <c>wss://</c>, with path.</summary>
    public string? Url { get; init; }

    /// <summary>Base of the HTTP API where it differs from the URL's host, such as <c>http://127.0.0.1:8081</c>.</summary>
    public string? AdminUrl { get; init; }

    /// <summary>Where the metrics are, with path, where that is not <c>metrics</c> below the HTTP API.</summary>
    public string? MetricsUrl { get; init; }

    public string? AdminKey { get; init; }

    /// <summary>Tokens made by hand, for a relay whose admin API is not ours.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    public TargetRoles Roles { get; init; } = new();

    public TargetLimits Limits { get; init; } = new();

    public IReadOnlyList<string> Features { get; init; } = DefaultFeatures;

    /// <summary>Added to every request and handshake.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public TargetTls Tls { get; init; } = new();

    /// <summary>Program and arguments that kill the relay (SIGKILL) and start it again with the same store, or null.</summary>
    public IReadOnlyList<string>? RestartCommand { get; init; }

    /// <summary>
    /// Program and arguments that start a further relay of the same kind in the foreground, or null. It gets its settings
    /// as <c>key=value</c> arguments (<see cref="RelaySettings"/>), prints <c>listening on URL</c>, and ends on SIGTERM.
    /// </summary>
    public IReadOnlyList<string>? StartCommand { get; init; }

    /// <summary>What <c>probe</c> found and did not find; means nothing here.</summary>
    [JsonPropertyName("x-probe")]
    public JsonElement? Probe { get; init; }

    /// <summary>Reads a target file.</summary>
    /// <exception cref="CommandException">It is not there, no JSON, has an unknown key or a value of the wrong kind; exit 2.</exception>
    public static TargetDescription Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The target file cannot be read: {exception.Message}");
        }

        try
        {
            var description = JsonSerializer.Deserialize<TargetDescription>(text, Json)
                ?? throw new CommandException(ExitCode.Usage, $"{path}: a target file holds a JSON object, not null.");
            return description.Tls.CaFile is { } authorities
                ? description with { Tls = description.Tls with { CaFile = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, authorities) } }
                : description;
        }
        catch (JsonException exception)
        {
            throw new CommandException(ExitCode.Usage, $"{path}{Line(exception)}: {Explain(exception)}");
        }
    }

    private static string Line(JsonException exception) => exception.LineNumber is { } line ? $":{line + 1}" : "";

    private static string Explain(JsonException exception)
    {
        const string unmapped = "The JSON property '";
        if (!exception.Message.StartsWith(unmapped, StringComparison.Ordinal))
            return $"{exception.Path ?? "$"}: {exception.Message.Split(" Path:")[0]}";

        var key = exception.Message[unmapped.Length..exception.Message.IndexOf('\'', unmapped.Length)];
        return $"unknown key '{key}'; {Suggestion.For(key, KnownKeys)}.";
    }

    private static IEnumerable<string> KnownKeys =>
        new[] { typeof(TargetDescription), typeof(TargetRoles), typeof(TargetLimits), typeof(TargetTls) }
            .SelectMany(type => type.GetProperties(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance))
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
            .Where(name => name != "equalityContract");
}

/// <summary>How the target spells the two roles.</summary>
public sealed record TargetRoles
{
    public string Phone { get; init; } = "phone";

    public string Agent { get; init; } = "agent";
}

/// <summary>The limits a relay was configured with; the defaults are those of the specification's chapter Limits.</summary>
public sealed record TargetLimits
{
    public int MaxMessageBytes { get; init; } = 5_242_880;

    public int RatePhonePerMinute { get; init; } = 30;

    public int RateAgentPerMinute { get; init; } = 120;

    public long DailyQuotaBytes { get; init; } = 524_288_000;

    public long MonthlyQuotaBytes { get; init; } = 10_737_418_240;

    public int AuthTimeoutMs { get; init; } = 10_000;

    public int PingIntervalMs { get; init; } = 30_000;

    public int IdleTimeoutMs { get; init; } = 60_000;

    public int RegistrationPerHour { get; init; } = 5;

    public int DrainTimeoutMs { get; init; } = 10_000;

    public int StallTimeoutMs { get; init; } = 8_000;

    /// <summary>Connections that may wait for their auth at a time; 0 where that is not known.</summary>
    public int MaxUnauthenticated { get; init; }
}

/// <summary>How to check a target's certificate that this machine does not trust.</summary>
public sealed record TargetTls
{
    /// <summary>PEM file of private certificate authorities; in a file relative to that file.</summary>
    public string? CaFile { get; init; }

    /// <summary>SHA-256 of the server's public key (SubjectPublicKeyInfo), 64 hex digits.</summary>
    public string? PinnedSha256 { get; init; }

    /// <summary>Accepts any certificate: for a test set-up only.</summary>
    public bool Insecure { get; init; }
}
