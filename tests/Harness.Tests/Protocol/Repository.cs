using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Tests.Protocol;

/// <summary>The working copy that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static Suite Suite { get; } = new(Root, Suite.DefaultProfile);

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The examples of the schemas by kind (<c>valid</c> or <c>invalid</c>): each schema's name, and a file below the folder of that name.</summary>
    public static IEnumerable<(string Schema, string File)> Examples(string kind) =>
        from directory in new[] { Path.Combine(Suite.Schemas, "examples", kind), Path.Combine(Suite.SharedSchemas, "examples", kind) }
        from file in Directory.EnumerateFiles(directory, "*.json", SearchOption.AllDirectories)
        orderby Path.GetRelativePath(directory, file)
        select (Path.GetRelativePath(directory, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '/'), file);

    private static string FindRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "CoralMux.Conformance.sln")))
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("These tests run inside the working copy.");
        return at;
    }
}
