namespace CoralMux.Harness.Tests.Protocol;

/// <summary>The working copy that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "CoralMux.Conformance.sln")))
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("These tests run inside the working copy.");
        return at;
    }
}
