using System.CommandLine;
using System.Text.Json;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Commands;

/// <summary><c>--output text|json</c>; with json, stdout has only the requested data.</summary>
internal static class OutputOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--output") { Description = "Output format.", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    public static Task WriteJsonAsync(this TextWriter output, object data) => output.WriteLineAsync(JsonSerializer.Serialize(data, Json.Readable));
}
