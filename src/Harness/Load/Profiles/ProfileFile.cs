using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Messages;

namespace CoralMux.Harness.Load.Profiles;

/// <summary>Reads profiles from files.</summary>
public static class ProfileFile
{
    private const string Extension = ".json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>The load profiles that come with the program, for its default protocol.</summary>
    public static IReadOnlyList<string> Names { get; } = NamesIn(Suite.BuiltIn);

    private static IReadOnlyList<string> NamesIn(Suite suite) => Directory.Exists(suite.LoadProfiles)
        ? [.. Directory.EnumerateFiles(suite.LoadProfiles, "*" + Extension)
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    /// <param name="name">A file of the suite's load profiles without its ending, or a path.</param>
    /// <param name="suite">By default the built-in one.</param>
    /// <exception cref="CommandException">It does not exist, or does not follow its schema; exit 2.</exception>
    public static LoadProfile Read(string name, Suite? suite = null)
    {
        suite ??= Suite.BuiltIn;
        var path = File.Exists(name) ? name : Path.Combine(suite.LoadProfiles, name + Extension);
        if (!File.Exists(path))
            throw new CommandException(ExitCode.Usage, $"There is no load profile '{name}'; {Suggestion.For(name, NamesIn(suite))}.");
        var bytes = File.ReadAllBytes(path);
        return SchemaCatalog.Load(suite).Validate("load-profile", bytes) is [var first, ..]
            ? throw new CommandException(ExitCode.Usage, $"{path} is not a load profile: {first}")
            : JsonSerializer.Deserialize<LoadProfile>(bytes, Json)!;
    }

    public static JsonObject ToJson(LoadProfile profile) => JsonSerializer.SerializeToNode(profile with { Schema = null }, Json)!.AsObject();

    public static LoadProfile FromJson(JsonObject profile) => profile.Deserialize<LoadProfile>(Json)!;

    /// <summary>Equal hashes mean the same experiment: the same profile, the same scale, the same seed.</summary>
    public static string Hash(LoadProfile profile) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson(profile).ToJsonString())));
}
