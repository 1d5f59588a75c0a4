using System.Text.Json;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Spec.Site;

/// <summary>One file of <c>schemas/</c> with its examples.</summary>
/// <param name="Name">As <see cref="Suite.SchemaFiles"/> makes it, such as <c>messages/chat.send</c>.</param>
/// <param name="Path">From the suite's root.</param>
internal sealed record SchemaFile(
    string Name, string Path, string Text, JsonElement Root, IReadOnlyList<SchemaExample> Valid, IReadOnlyList<SchemaExample> Invalid)
{
    public string Title => Root.TryGetProperty("title", out var title) ? title.GetString()! : Name;

    public string Description => Root.TryGetProperty("description", out var description) ? description.GetString()! : "";

    public string Page => $"schema-{Name.Replace('/', '-')}.html";

    /// <summary>In ordinal order of their names; empty where the profile has none.</summary>
    public static IReadOnlyList<SchemaFile> LoadAll(Suite suite)
    {
        if (!Directory.Exists(suite.Schemas))
            return [];

        return [.. suite.SchemaFiles().Select(schema =>
            {
                var text = File.ReadAllText(schema.File);
                using var document = JsonDocument.Parse(text);
                return new SchemaFile(
                    schema.Name, System.IO.Path.GetRelativePath(suite.Root, schema.File).Replace('\\', '/'), text, document.RootElement.Clone(),
                    ExamplesOf(suite, "valid", schema.Name), ExamplesOf(suite, "invalid", schema.Name));
            })];
    }

    private static IReadOnlyList<SchemaExample> ExamplesOf(Suite suite, string kind, string name) =>
        [.. new[] { suite.Schemas, suite.SharedSchemas }.Select(directory => System.IO.Path.Combine(directory, "examples", kind, name))
            .Where(Directory.Exists)
            .SelectMany(directory => Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
            .Select(file => new SchemaExample(System.IO.Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))];
}

/// <param name="Name">What it shows or, for an invalid example, what is wrong with it.</param>
internal sealed record SchemaExample(string Name, string Text);
