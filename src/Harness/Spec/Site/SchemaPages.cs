using System.Text;
using System.Text.Json;

namespace CoralMux.Harness.Spec.Site;

/// <summary>One page per schema, readable without knowing JSON Schema, and the list of them.</summary>
internal static class SchemaPages
{
    private static readonly (string Prefix, string Title)[] Groups =
    [
        ("messages/", "Payloads of the messages"),
        ("relay/", "Envelopes that the relay itself sends"),
        ("http/", "Bodies of the HTTP API"),
        ("", "Envelope and documents"),
    ];

    public static string RenderList(SiteMap map)
    {
        var html = new StringBuilder("<h1>Schemas</h1>");
        var left = map.SchemaFiles.ToList();
        foreach (var (prefix, title) in Groups)
        {
            var group = left.Where(schema => schema.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            left.RemoveAll(group.Contains);
            if (group.Count == 0)
                continue;
            html.Append($"<h2>{title}</h2><dl class=\"schemas\">");
            foreach (var schema in group)
                html.Append($"<div><dt>{Html.Link(schema.Page, schema.Title)}</dt><dd>{Html.Prose(schema.Description)}</dd></div>");
            html.Append("</dl>");
        }

        return SitePage.Wrap(map, SiteMap.Schemas, "Schemas", html.ToString());
    }

    public static string Render(SiteMap map, SchemaFile schema)
    {
        var html = new StringBuilder($"<h1>{Html.Text(schema.Title)}</h1><p class=\"lead\">{Html.Prose(schema.Description)}</p>");
        var reader = new SchemaReader(map.SchemaFiles, schema);
        if (!schema.Root.TryGetProperty("type", out _) && !schema.Root.TryGetProperty("anyOf", out _))
        {
            foreach (var definition in schema.Root.GetProperty("definitions").EnumerateObject())
                AppendDefinition(html, reader, definition);
        }
        else if (schema.Root.TryGetProperty("anyOf", out var alternatives))
        {
            html.Append("<p>One of these:</p>");
            // Members of this message come before those that all messages share.
            foreach (var alternative in alternatives.EnumerateArray().OrderBy(alternative => reader.Follow(alternative).Link is null ? 0 : 1))
                html.Append($"<h2 id=\"{Html.Text(reader.NameOf(alternative))}\">{Html.Text(Words(reader.NameOf(alternative)))}</h2>")
                    .Append(Members(reader, reader.Follow(alternative)));
        }
        else
        {
            html.Append(Members(reader, reader.At(schema.Root)));
        }

        AppendExamples(html, "Valid examples", schema.Valid, open: true);
        AppendExamples(html, "Invalid examples, each wrong in one way", schema.Invalid, open: false);
        html.Append($"<h2>As JSON Schema</h2><p>{Html.Link(schema.Path, schema.Path)}</p><details>" +
            $"<summary>Show it here</summary><pre><code>{Html.Text(schema.Text)}</code></pre></details>");
        return SitePage.Wrap(map, schema.Page, schema.Title, html.ToString());
    }

    private static void AppendDefinition(StringBuilder html, SchemaReader reader, JsonProperty definition)
    {
        var place = reader.At(definition.Value);
        html.Append($"<h2 id=\"{Html.Text(definition.Name)}\">{Html.Text(definition.Name)}</h2>");
        html.Append($"<p>{reader.TypeHtml(place)}. {Html.Prose(SchemaReader.DescriptionOf(definition.Value))}</p>")
            .Append(SchemaReader.RulesHtml(definition.Value));
        if (definition.Value.TryGetProperty("properties", out _))
            html.Append(Members(reader, place));
    }

    private static string Members(SchemaReader reader, SchemaPlace place)
    {
        var rows = reader.Members(place).ToList();
        var closed = SchemaReader.IsClosed(place.Schema) ? "<p class=\"rules\">No other members.</p>" : "";
        if (rows.Count == 0)
            return place.Schema.TryGetProperty("type", out var type) && type.GetString() == "object"
                ? $"<p>Any object.</p>{closed}"
                : $"<p>{reader.TypeHtml(place)}</p>";

        var html = new StringBuilder(Html.Table(" class=\"members\"", "Member", "Type", "What it is"));
        foreach (var row in rows)
            html.Append($"<tr><td>{Html.Code(row.Name)}{(row.Required ? "" : "<span class=\"optional\">optional</span>")}</td>" +
                $"<td>{reader.TypeHtml(row.Place)}</td><td>{Html.Prose(row.Description)}{SchemaReader.RulesHtml(row.Place.Schema)}</td></tr>");
        return html.Append("</tbody></table></div>").Append(closed).ToString();
    }

    private static void AppendExamples(StringBuilder html, string title, IReadOnlyList<SchemaExample> examples, bool open)
    {
        if (examples.Count == 0)
            return;

        html.Append($"<h2>{title}</h2>");
        foreach (var (example, index) in examples.Select((example, index) => (example, index)))
            html.Append($"<details class=\"example\"{(open && index < 3 ? " open" : "")}><summary>{Html.Text(example.Name.Replace('-', ' '))}</summary>" +
                $"<pre><code>{Html.Text(Shorten(example.Text.Trim()))}</code></pre></details>");
    }

    private static string Words(string camelCase) =>
        string.Concat(camelCase.Select((letter, index) => index == 0 ? $"{char.ToUpperInvariant(letter)}"
            : char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}"
            : $"{letter}"));

    // An example of the size limit is a fact, not a page.
    private static string Shorten(string text) => text.Length <= 4000 ? text : $"{text[..2000]}\n… {text.Length} characters in all";
}
