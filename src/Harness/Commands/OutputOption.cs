using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoralMux.Harness.Commands;

/// <summary><c>--output text|json</c>; with json nothing but the asked-for data is on stdout.</summary>
internal static class OutputOption
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Option<string> Create()
    {
        var option = new Option<string>("--output") { Description = "How to answer.", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    public static Task WriteJsonAsync(this TextWriter output, object data) => output.WriteLineAsync(JsonSerializer.Serialize(data, Json));
}
