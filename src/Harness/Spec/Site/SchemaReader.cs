using System.Text.Json;

namespace CoralMux.Harness.Spec.Site;

/// <summary>A schema and the file in which its references are to be read.</summary>
/// <param name="Link">The page that explains it, where it came by reference from another file.</param>
internal sealed record SchemaPlace(JsonElement Schema, SchemaFile File, string? Name = null, string? Link = null);

internal sealed record SchemaMember(string Name, bool Required, string Description, SchemaPlace Place);

/// <summary>Describes a schema of our subset (<c>schemas/README.md</c>) in words.</summary>
internal sealed class SchemaReader(IReadOnlyList<SchemaFile> files, SchemaFile start)
{
    // 2^53 - 1 only means that the number must survive a parser that reads doubles.
    private const string LargestSafeInteger = "9007199254740991";

    private static readonly (string Keyword, string Words)[] Bounds =
    [
        ("minimum", "at least #"), ("maximum", "at most #"),
        ("minLength", "at least # characters"), ("maxLength", "at most # characters"),
        ("minItems", "at least # items"), ("maxItems", "at most # items"),
    ];

    public SchemaPlace At(JsonElement schema) => new(schema, start);

    public SchemaPlace Follow(JsonElement schema) => Follow(At(schema));

    /// <summary>The name of an alternative: the last part of its reference, or its title.</summary>
    public string NameOf(JsonElement schema) => Follow(schema).Name ?? (schema.TryGetProperty("title", out var title) ? title.GetString()! : "object");

    public static string DescriptionOf(JsonElement schema) => schema.TryGetProperty("description", out var description) ? description.GetString()! : "";

    public static bool IsClosed(JsonElement schema) => schema.TryGetProperty("additionalProperties", out var additional)
        && additional.ValueKind is JsonValueKind.False;

    /// <summary>All members, nested ones as paths: <c>attachments[].type</c>. Members that another file explains are not expanded.</summary>
    public IEnumerable<SchemaMember> Members(SchemaPlace place, string prefix = "")
    {
        if (!place.Schema.TryGetProperty("properties", out var properties))
            yield break;

        var required = place.Schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        foreach (var property in properties.EnumerateObject())
        {
            var referrer = place with { Schema = property.Value, Link = null };
            var target = Follow(referrer);
            var description = DescriptionOf(property.Value) is { Length: > 0 } own ? own : DescriptionOf(target.Schema);
            yield return new SchemaMember(prefix + property.Name, required.Contains(property.Name), description, target);
            if (target.Link is not null)
                continue;
            foreach (var nested in Nested(target, prefix + property.Name))
                yield return nested;
        }
    }

    /// <summary>The type in words; a link where another page explains it.</summary>
    public string TypeHtml(SchemaPlace place)
    {
        var schema = place.Schema;
        var words = schema switch
        {
            _ when schema.TryGetProperty("enum", out var values) => string.Join(" or ", values.EnumerateArray().Select(value => Html.Code(value.GetRawText()))),
            _ when (schema.TryGetProperty("anyOf", out var any) || schema.TryGetProperty("oneOf", out any)) =>
                string.Join(" or ", any.EnumerateArray().Select(alternative => TypeHtml(Follow(place with { Schema = alternative, Link = null })))),
            _ when schema.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.Array =>
                string.Join(" or ", type.EnumerateArray().Select(entry => Html.Text(entry.GetString()))),
            _ when schema.TryGetProperty("type", out var type) && type.GetString() == "array" && schema.TryGetProperty("items", out var items) =>
                "array of " + TypeHtml(Follow(place with { Schema = items, Link = null })),
            _ when schema.TryGetProperty("type", out var type) => Html.Text(type.GetString()),
            _ => "anything",
        };
        return place.Link is null ? words : $"{Html.Link(place.Link, place.Name!)}{(words == Html.Text(place.Name) ? "" : $" ({words})")}";
    }

    /// <summary>Bounds, patterns and defaults as one line, or nothing.</summary>
    public static string RulesHtml(JsonElement schema)
    {
        var rules = new List<string>();
        foreach (var (keyword, words) in Bounds)
        {
            if (schema.TryGetProperty(keyword, out var bound) && bound.GetRawText() != LargestSafeInteger)
                rules.Add(keyword is "minLength" or "minItems" && bound.GetRawText() == "1"
                    ? "not empty"
                    : words.Replace("#", bound.GetRawText(), StringComparison.Ordinal));
        }

        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.GetBoolean())
            rules.Add("no two alike");
        // The last part keeps a validator from accepting a line break at the end; a reader takes that for granted.
        if (schema.TryGetProperty("pattern", out var pattern))
            rules.Add($"matches {Html.Code(pattern.GetString()!.Replace("(?!\\n)", "", StringComparison.Ordinal))}");
        return rules.Count == 0 ? "" : $"<span class=\"rules\">{string.Join("; ", rules)}</span>";
    }

    private IEnumerable<SchemaMember> Nested(SchemaPlace place, string path)
    {
        if (!place.Schema.TryGetProperty("items", out var items))
            return Members(place, path + ".");
        var item = Follow(place with { Schema = items, Link = null });
        return item.Link is null ? Nested(item, path + "[]") : [];
    }

    private SchemaPlace Follow(SchemaPlace place)
    {
        if (!place.Schema.TryGetProperty("$ref", out var reference))
            return place;

        var parts = reference.GetString()!.Split('#');
        var file = place.File;
        if (parts[0].Length > 0)
        {
            var path = Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(place.File.Path)!, parts[0]))).Replace('\\', '/');
            file = files.First(candidate => candidate.Path == path);
        }

        var target = file.Root;
        var steps = parts.Length > 1 ? parts[1].Split('/', StringSplitOptions.RemoveEmptyEntries) : [];
        foreach (var step in steps)
            target = target.GetProperty(step);
        var name = steps.Length > 0 ? steps[^1] : file.Title;
        var link = file == start ? null : file.Page + (steps.Length > 0 ? "#" + name : "");
        return Follow(new SchemaPlace(target, file, name, link));
    }
}
