using System.Security.Cryptography;

namespace CoralMux.Harness.Basics;

/// <summary>The suite of one profile as files: what travels with the program and says by which words a relay is judged.</summary>
/// <param name="Root">A directory that holds <c>spec/</c>, <c>schemas/</c>, <c>features/</c>, <c>load/</c> and <c>targets/</c>.</param>
/// <param name="Profile">The protocol that is judged: the name of a folder in each of the first four.</param>
public sealed record Suite(string Root, string Profile)
{
    /// <summary>The profile of a relay whose description names none.</summary>
    public const string DefaultProfile = "pairs";

    /// <summary>The suite that was built with this program, in its default profile.</summary>
    public static Suite BuiltIn { get; } = new(Path.Combine(AppContext.BaseDirectory, "suite"), DefaultProfile);

    /// <summary>The profiles that can take the place of this one, in ordinal order; empty where there is no <c>spec/</c>.</summary>
    public IReadOnlyList<string> Profiles => Directory.Exists(Path.Combine(Root, "spec"))
        ? [.. Directory.EnumerateDirectories(Path.Combine(Root, "spec"))
            .Where(folder => Directory.EnumerateFiles(folder, "*.md").Any())
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)]
        : [];

    public string Specification => Path.Combine(Root, "spec", Profile);

    public string Features => Path.Combine(Root, "features", Profile);

    public string LoadProfiles => Path.Combine(Root, "load", Profile);

    /// <summary>The schemas of the profile's messages.</summary>
    public string Schemas => Path.Combine(SharedSchemas, Profile);

    /// <summary>The schemas of what no protocol defines, such as reports and target descriptions; folders in it are profiles.</summary>
    public string SharedSchemas => Path.Combine(Root, "schemas");

    /// <summary>The version of this program and its suite, as <c>--version</c> prints it.</summary>
    public static string Version { get; } = typeof(Suite).Assembly.GetName().Version!.ToString(3);

    /// <summary>
    /// The profile's and the shared JSON files of <c>schemas/</c>, examples left out, in ordinal order of their names. A name is the
    /// path below <see cref="Schemas"/> or <see cref="SharedSchemas"/>, with <c>/</c>, without <c>.schema.json</c> or <c>.json</c>.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The suite has no schemas.</exception>
    public IEnumerable<(string Name, string File)> SchemaFiles() =>
        Directory.EnumerateFiles(Schemas, "*.json", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(Path.Combine(Schemas, "examples"), StringComparison.Ordinal))
            .Select(file => (Name: SchemaName(Schemas, file), File: file))
            .Concat(Directory.EnumerateFiles(SharedSchemas, "*.json").Select(file => (Name: SchemaName(SharedSchemas, file), File: file)))
            .OrderBy(schema => schema.Name, StringComparer.Ordinal);

    /// <summary>SHA-256 over specification, schemas and features, 64 lower-case hex digits: equal hashes judge alike.</summary>
    public string ComputeHash()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(Specification).Concat(Files(Schemas)).Concat(Files(SharedSchemas, SearchOption.TopDirectoryOnly)).Concat(Files(Features)))
        {
            sha.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(Root, file).Replace('\\', '/') + "\n"));
            sha.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static string SchemaName(string directory, string file)
    {
        var path = Path.GetRelativePath(directory, file).Replace('\\', '/');
        return path[..^(path.EndsWith(".schema.json", StringComparison.Ordinal) ? ".schema.json" : ".json").Length];
    }

    private static IEnumerable<string> Files(string directory, SearchOption depth = SearchOption.AllDirectories) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*", depth).Order(StringComparer.Ordinal) : [];
}
