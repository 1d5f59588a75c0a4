using System.Text.Json;

namespace CoralMux.Harness.Spec.Site;

/// <summary>One file of <c>schemas/</c> with its examples.</summary>
/// <param name="Name">Path below <c>schemas/</c> without endings, such as <c>messages/chat.send</c>.</param>
/// <param name="Path">From the suite's root.</param>
internal sealed record SchemaFile(
    string Name, string Path, string Text, JsonElement Root, IReadOnlyList<SchemaExample> Valid, IReadOnlyList<SchemaExample> Invalid)
{
    private const string Suffix = ".schema.json";

    public string Title => Root.TryGetProperty("title", out var title) ? title.GetString()! : Name;

    public string Description => Root.TryGetProperty("description", out var description) ? description.GetString()! : "";

    public string Page => $"schema-{Name.Replace('/', '-')}.html";

    /// <summary>In ordinal order of their paths; empty without a directory.</summary>
    public static IReadOnlyList<SchemaFile> LoadAll(string directory)
    {
        if (!Directory.Exists(directory))
            return [];

        var examples = System.IO.Path.Combine(directory, "examples");
        return [.. Enumerate(directory).Select(file =>
            {
                var path = System.IO.Path.GetRelativePath(directory, file).Replace('\\', '/');
                var name = path.EndsWith(Suffix, StringComparison.Ordinal) ? path[..^Suffix.Length] : path[..^".json".Length];
                var text = File.ReadAllText(file);
                using var document = JsonDocument.Parse(text);
                return new SchemaFile(
                    name, $"schemas/{path}", text, document.RootElement.Clone(),
                    ExamplesOf(System.IO.Path.Combine(examples, "valid", name)), ExamplesOf(System.IO.Path.Combine(examples, "invalid", name)));
            })];
    }

    /// <summary>The schemas' files, without the examples.</summary>
    public static IEnumerable<string> Enumerate(string directory) =>
        Directory.EnumerateFiles(directory, "*.json", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(ExamplesBelow(directory), StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string ExamplesBelow(string directory) => System.IO.Path.Combine(directory, "examples");

    private static IReadOnlyList<SchemaExample> ExamplesOf(string directory) =>
        Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal)
                .Select(file => new SchemaExample(System.IO.Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))]
            : [];
}

/// <param name="Name">What it shows or, for an invalid example, what is wrong with it.</param>
internal sealed record SchemaExample(string Name, string Text);
