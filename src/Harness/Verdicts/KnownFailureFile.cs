using System.Globalization;
using System.Text.Json;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Requirements;

namespace CoralMux.Harness.Verdicts;

/// <summary>Reads <c>--known-failures FILE</c> by <c>schemas/known-failures.schema.json</c>. Every id in it must exist.</summary>
public static class KnownFailureFile
{
    /// <exception cref="CommandException">It cannot be read, breaks its schema, or names what is not in the suite; exit 2.</exception>
    public static IReadOnlyList<KnownFailure> Read(string path, SchemaCatalog schemas, RequirementRegister register, IEnumerable<Scenario> scenarios)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"The known failures cannot be read: {exception.Message}");
        }

        if (schemas.Validate("known-failures", content) is [var first, ..])
            throw new CommandException(ExitCode.Usage, $"{path}: {first}. See schemas/known-failures.schema.json.");

        using var document = JsonDocument.Parse(content);
        IReadOnlyList<KnownFailure> entries = [.. document.RootElement.GetProperty("failures").EnumerateArray().Select(entry => Parse(path, entry))];
        var ids = scenarios.Select(scenario => scenario.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (register.Find(entry.Requirement) is null)
                throw new CommandException(ExitCode.Usage, $"{path}: {UnknownId.Sentence(entry.Requirement, register)}");
            if (entry.Scenario is { } scenario && !ids.Contains(scenario))
            {
                var meant = Suggestion.For(scenario, EditDistance.Nearest(scenario, ids) is [_, ..] near ? near : ids.Take(3));
                throw new CommandException(ExitCode.Usage, $"{path}: there is no scenario '{scenario}'; {meant}. See 'coralmux-conformance list'.");
            }
        }

        if (entries.CountBy(entry => entry.ToString()).FirstOrDefault(count => count.Value > 1) is { Value: > 1, Key: var doubled })
            throw new CommandException(ExitCode.Usage, $"{path}: {doubled} is listed twice; remove one of the entries.");
        return entries;
    }

    private static KnownFailure Parse(string path, JsonElement entry)
    {
        string Required(string name) => entry.GetProperty(name).GetString()!;
        string? Optional(string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

        DateOnly? until = null;
        if (Optional("until") is { } text)
        {
            until = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new CommandException(ExitCode.Usage, $"{path}: '{text}' is not a date; use for example 2026-12-31.");
        }

        return new KnownFailure(Required("requirement"), Optional("scenario"), Required("reason"), Required("link"), until);
    }
}
