using System.Text.Json;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Commands;

/// <summary>What a stored report says about one requirement.</summary>
internal sealed class RunExcerpt
{
    private readonly string _path;
    private readonly string _id;
    private readonly string _target;
    private readonly string _startedAt;
    private readonly string? _verdict;
    private readonly string? _reason;
    private readonly IReadOnlyList<ScenarioExcerpt> _scenarios;

    private RunExcerpt(string path, string id, JsonElement root)
    {
        _path = path;
        _id = id;
        _target = root.GetProperty("target").GetProperty("url").GetString()!;
        _startedAt = root.GetProperty("startedAt").GetString()!;
        var requirement = root.GetProperty("requirements").EnumerateArray().FirstOrDefault(entry => entry.GetProperty("id").GetString() == id);
        if (requirement.ValueKind is JsonValueKind.Object)
            (_verdict, _reason) = (requirement.GetProperty("verdict").GetString(), Text(requirement, "reason"));
        _scenarios = [.. root.GetProperty("scenarios").EnumerateArray()
            .Where(scenario => scenario.GetProperty("requirements").EnumerateArray().Any(entry => entry.GetString() == id))
            .Select(scenario => new ScenarioExcerpt(
                scenario.GetProperty("id").GetString()!,
                scenario.GetProperty("verdict").GetString()!,
                Text(scenario, "message"),
                Text(scenario, "expected"),
                Text(scenario, "actual"),
                Text(scenario, "transcript")))];
    }

    /// <exception cref="CommandException">The file is no report.</exception>
    public static RunExcerpt Read(string path, string id)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new RunExcerpt(path, id, document.RootElement);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandException(ExitCode.Usage, $"{path} cannot be read as a report of verify: {exception.Message}");
        }
    }

    public async Task WriteAsync(TextWriter output)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync($"In the run of {_startedAt} against {_target}: {_verdict ?? $"{_id} was not part of it"}{(_reason is null ? "" : $", {_reason}")}");
        foreach (var scenario in _scenarios)
        {
            await output.WriteLineAsync($"  {scenario.Verdict,-14} {scenario.Id}");
            await WriteFieldAsync("message", scenario.Message, output);
            await WriteFieldAsync("expected", scenario.Expected, output);
            await WriteFieldAsync("actual", scenario.Actual, output);
            if (scenario.Transcript is { } transcript)
                await WriteFieldAsync("transcript", Path.Combine(Path.GetDirectoryName(_path)!, transcript), output);
        }
    }

    private static async Task WriteFieldAsync(string name, string? value, TextWriter output)
    {
        if (value is not null)
            await output.WriteLineAsync($"    {name + ":",-11} {value.ReplaceLineEndings("\n" + new string(' ', 16))}");
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private sealed record ScenarioExcerpt(string Id, string Verdict, string? Message, string? Expected, string? Actual, string? Transcript);
}
