using CoralMux.Harness.Basics;
using NJsonSchema;
using NJsonSchema.Validation;
using Newtonsoft.Json.Linq;

namespace CoralMux.Harness.Messages;

/// <summary>
/// The JSON Schemas of a profile and those that all share (<c>schemas/</c>), parsed once. Every member is safe to call from any thread.
/// Judges as a draft-07 validator does, within the subset that <c>schemas/README.md</c> describes.
/// </summary>
public sealed class SchemaCatalog
{
    private const string Suffix = ".schema.json";

    private readonly Dictionary<string, JsonSchema> _schemas;

    private SchemaCatalog(Dictionary<string, JsonSchema> schemas)
    {
        _schemas = schemas;
        Names = [.. schemas.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// The names of all schemas, in ordinal order, as <see cref="Suite.SchemaFiles"/> makes them.
    /// <c>messages/*</c> judge a payload, <c>relay/*</c> and <c>envelope</c> a whole envelope.
    /// </summary>
    public IReadOnlyList<string> Names { get; }

    /// <exception cref="DirectoryNotFoundException">The suite has no schemas.</exception>
    /// <exception cref="InvalidDataException">It has no schema, or a file is not a schema; the message names the file.</exception>
    public static SchemaCatalog Load(Suite suite)
    {
        var schemas = suite.SchemaFiles().Where(schema => schema.File.EndsWith(Suffix, StringComparison.Ordinal))
            .ToDictionary(schema => schema.Name, schema => Parse(Path.GetFullPath(schema.File)), StringComparer.Ordinal);
        return schemas.Count > 0
            ? new SchemaCatalog(schemas)
            : throw new InvalidDataException($"{suite.Schemas} has no *{Suffix}.");
    }

    /// <param name="schemaName">One of <see cref="Names"/>.</param>
    /// <param name="utf8Json">The document. What is not JSON is a violation, not an exception.</param>
    /// <returns>Empty when the document follows the schema; otherwise at most one violation for each place.</returns>
    /// <exception cref="ArgumentException">There is no schema of that name.</exception>
    public IReadOnlyList<SchemaViolation> Validate(string schemaName, ReadOnlyMemory<byte> utf8Json)
    {
        if (!_schemas.TryGetValue(schemaName, out var schema))
            throw new ArgumentException($"There is no schema \"{schemaName}\".", nameof(schemaName));
        var violations = new List<SchemaViolation>();
        if (StrictJson.Read(utf8Json.Span, violations) is { } document)
            Judge(schema, document, violations);
        return violations;
    }

    /// <summary>
    /// Judges an envelope that the relay itself made (not one that it forwarded), by the schema of its <c>type</c>.
    /// A type that no relay originates is a violation.
    /// </summary>
    public IReadOnlyList<SchemaViolation> ValidateRelayEnvelope(ReadOnlyMemory<byte> utf8Json)
    {
        var violations = new List<SchemaViolation>();
        if (StrictJson.Read(utf8Json.Span, violations) is not { } document)
            return violations;
        var type = document is JObject envelope && envelope["type"] is JValue { Value: string text } ? text : null;
        if (type is null)
            Judge(_schemas["envelope"], document, violations);
        else if (_schemas.TryGetValue("relay/" + type, out var schema))
            Judge(schema, document, violations);
        else
            violations.Add(new("/type", $"is \"{type}\", which is not a type that a relay originates."));
        return violations;
    }

    private static void Judge(JsonSchema schema, JToken document, List<SchemaViolation> violations)
    {
        var errors = new JsonSchemaValidator().Validate(document, schema);
        if (errors.Count > 0)
            violations.AddRange(ViolationText.Describe(errors, document).ExceptBy(violations.Select(v => v.Path), v => v.Path));
    }

    private static JsonSchema Parse(string file)
    {
        try
        {
            return JsonSchema.FromFileAsync(file).GetAwaiter().GetResult();
        }
        catch (Exception problem) when (problem is Newtonsoft.Json.JsonException or InvalidOperationException or FileNotFoundException)
        {
            throw new InvalidDataException($"{file} is not a usable schema: {problem.Message}", problem);
        }
    }
}
