using System.Reflection;

namespace CoralMux.Architecture.Reading;

/// <summary>What the build of this project knows: where the repository and the two compiled programs are.</summary>
internal static class Built
{
    public static string Repository => PathOf("Repository");

    public static CompiledProgram Harness { get; } = CompiledProgram.Read(PathOf("Harness"));

    public static CompiledProgram Relay { get; } = CompiledProgram.Read(PathOf("Relay"));

    private static string PathOf(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
