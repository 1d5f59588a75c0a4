using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoralMux.Harness.Basics;

public static class Json
{
    /// <summary>For output that people read too: camelCase, indented, characters as they are where JSON allows it, no nulls.</summary>
    public static JsonSerializerOptions Readable { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A string as a JSON literal, quotes included.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text);
}
