using System.Security.Cryptography;

namespace CoralMux.Harness.Basics;

/// <summary>The suite as files: what travels beside the program and says by which words a relay is judged.</summary>
/// <param name="Root">A directory that holds <c>spec/</c>, <c>schemas/</c>, <c>features/</c>, <c>load/</c> and <c>targets/</c>.</param>
public sealed record Suite(string Root)
{
    /// <summary>The suite that was built with this program.</summary>
    public static Suite BuiltIn { get; } = new(Path.Combine(AppContext.BaseDirectory, "suite"));

    public string Specification => Path.Combine(Root, "spec");

    public string Schemas => Path.Combine(Root, "schemas");

    public string Features => Path.Combine(Root, "features");

    /// <summary>The version of this program and its suite, as <c>--version</c> prints it.</summary>
    public static string Version { get; } = typeof(Suite).Assembly.GetName().Version!.ToString(3);

    /// <summary>SHA-256 over specification, schemas and features, 64 lower-case hex digits: equal hashes judge alike.</summary>
    public string ComputeHash()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var directory in new[] { Specification, Schemas, Features }.Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                sha.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(Root, file).Replace('\\', '/') + "\n"));
                sha.AppendData(File.ReadAllBytes(file));
            }
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
