using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace CoralMux.Harness.Messages;

/// <summary>
/// Reads JSON as RFC 8259 has it (no comments, no trailing commas, valid UTF-8, no lone surrogates) into the tree
/// that NJsonSchema judges. Numbers become what a draft-07 validator sees: 1.0 is an integer.
/// </summary>
internal static class StrictJson
{
    /// <summary>More than any document of the protocol needs, and far from the end of the stack.</summary>
    private const int MaxDepth = 512;

    /// <returns>The tree, or null if the text is not JSON; <paramref name="violations"/> then says why.</returns>
    public static JToken? Read(ReadOnlySpan<byte> utf8Json, List<SchemaViolation> violations)
    {
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, "", violations);
            reader.Read();
            return root;
        }
        catch (JsonException problem)
        {
            violations.Clear();
            violations.Add(new("", $"is not JSON: {FirstSentence(problem.Message)} at byte {reader.BytesConsumed}."));
            return null;
        }
    }

    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static JToken ReadValue(ref Utf8JsonReader reader, string pointer, List<SchemaViolation> violations) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader, pointer, violations),
        JsonTokenType.StartArray => ReadArray(ref reader, pointer, violations),
        JsonTokenType.String => new JValue(ReadString(ref reader)),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => new JValue(true),
        JsonTokenType.False => new JValue(false),
        _ => JValue.CreateNull(),
    };

    private static JObject ReadObject(ref Utf8JsonReader reader, string pointer, List<SchemaViolation> violations)
    {
        var members = new JObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadString(ref reader);
            var path = Append(pointer, name);
            if (members.ContainsKey(name))
                violations.Add(new(path, "appears twice in its object; readers differ in which one they take."));
            reader.Read();
            members[name] = ReadValue(ref reader, path, violations);
        }
        return members;
    }

    private static JArray ReadArray(ref Utf8JsonReader reader, string pointer, List<SchemaViolation> violations)
    {
        var items = new JArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadValue(ref reader, $"{pointer}/{items.Count}", violations));
        return items;
    }

    private static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("A string holds invalid UTF-8 or half a surrogate pair.");
        }
    }

    private static JValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var whole))
            return new JValue(whole);
        var number = reader.GetDouble();
        if (!double.IsFinite(number))
            throw new JsonException("A number is too large for a double.");
        return Math.Abs(number) < long.MaxValue && Math.Floor(number) == number ? new JValue((long)number) : new JValue(number);
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}
