using System.Globalization;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>What each useless relay passes, as the committed table has it.</summary>
public sealed record UselessTable(IReadOnlyList<UselessRow> Rows)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static UselessTable OfJson(string json) => JsonSerializer.Deserialize<UselessTable>(json, Indented)!;

    /// <summary>Nothing for a relay that is not in the table.</summary>
    public IReadOnlyList<string> PassedBy(string relay) => Rows.FirstOrDefault(row => row.Relay == relay)?.Passed ?? [];

    public string ToMarkdown()
    {
        var text = new StringBuilder("""
            # What useless relays pass

            Remade by `reports/remake.sh`; `dotnet test` fails where this is not what the suite says today. The first five know nothing
            of the protocol and pass nothing. The others are a small relay (tests/Harness.Tests/Targets/Useless/SmallRelay.cs), whole or
            with one fault: it truly forwards, pings and refuses, so it truly meets what is about that. What its fault breaks, it must not pass.

            | relay | passes | loses against the whole one | passes besides |
            | --- | --- | --- | --- |

            """);
        var whole = PassedBy(nameof(Fault.None));
        foreach (var row in Rows)
        {
            var lost = row.Passed.Count == 0 ? "all" : string.Join(", ", whole.Except(row.Passed));
            text.Append(CultureInfo.InvariantCulture, $"| {row.Words} | {row.Passed.Count} | {lost} | {string.Join(", ", row.Passed.Except(whole))} |\n");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented) + "\n";
}

/// <param name="Passed">Ids of the requirements, in the order of the specification.</param>
public sealed record UselessRow(string Relay, string Words, IReadOnlyList<string> Passed)
{
    public static UselessRow Of(string relay, string words, Judgement judgement) =>
        new(relay, words, [.. judgement.Requirements.Where(result => result.Verdict == Verdict.Pass).Select(result => result.Requirement.Id)]);
}
