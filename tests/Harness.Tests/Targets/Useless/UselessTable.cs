using System.Text;
using System.Text.Json;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>What each useless relay passes, as the committed table has it.</summary>
public sealed record UselessTable(IReadOnlyList<UselessRow> Rows)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string ToMarkdown()
    {
        var text = new StringBuilder("""
            # What useless relays pass

            Remade by `reports/remake.sh`; `dotnet test` fails where this is not what the suite says today. The first five know nothing
            of the protocol and pass nothing. The others are a small relay (tests/Harness.Tests/Targets/Useless/SmallRelay.cs), whole or
            with one fault: it truly forwards, pings and refuses, so it truly meets what is about that. What its fault breaks, it must not pass.

            | relay | pass | warn | fail | unclear | untested or not claimed | exit | loses against the whole one |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        var whole = Rows.FirstOrDefault(row => row.Relay == nameof(Fault.None))?.Passed ?? [];
        foreach (var row in Rows)
        {
            var lost = row.Knows ? string.Join(", ", whole.Except(row.Passed)) : "";
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {row.Words} | {row.Passed.Count} | {row.Warned} | {row.Failed} | {row.Unclear} | {row.Other} | {row.ExitCode} | {lost} |\n");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented) + "\n";
}

/// <param name="Knows">Whether it is the small relay rather than something that knows nothing of the protocol.</param>
public sealed record UselessRow(string Relay, string Words, bool Knows, int ExitCode, IReadOnlyList<string> Passed, int Warned, int Failed, int Unclear, int Other)
{
    public static UselessRow Of(string relay, string words, bool knows, Judgement judgement)
    {
        int Count(params Verdict[] verdicts) => judgement.Requirements.Count(result => verdicts.Contains(result.Verdict));
        return new UselessRow(
            relay, words, knows, (int)judgement.ExitCode,
            [.. judgement.Requirements.Where(result => result.Verdict == Verdict.Pass).Select(result => result.Requirement.Id)],
            Count(Verdict.Warn), Count(Verdict.Fail), Count(Verdict.Inconclusive, Verdict.NotRun), Count(Verdict.Untested, Verdict.NotApplicable));
    }
}
