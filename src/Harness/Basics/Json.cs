using System.Text.Json;

namespace CoralMux.Harness.Basics;

public static class Json
{
    /// <summary>A string as a JSON literal, quotes included.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text);
}
