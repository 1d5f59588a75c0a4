using System.Text;
using System.Text.RegularExpressions;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Sequence;

/// <summary>Which entry of a transcript a failure is about: what an unmet expectation quotes of what it saw.</summary>
public static partial class OffendingFrame
{
    private const int QuotedCharacters = 160;

    /// <returns>Indexes into the transcript; none where what is wrong is that something did not come.</returns>
    public static IReadOnlySet<int> Find(ScenarioResult result)
    {
        var found = new HashSet<int>();
        if (result.Actual is { } actual && IsQuoting(actual) && Last(result.Transcript, actual, connection: null) is { } offending)
            found.Add(offending);
        foreach (var violation in result.Violations)
        {
            if (Last(result.Transcript, violation.Actual, violation.Connection) is { } noticed)
                found.Add(noticed);
        }

        return found;
    }

    /// <summary>Whom something was expected for that did not come, or null.</summary>
    public static string? MissedBy(ScenarioResult result) =>
        result.Actual is { } actual && Missing().Match(actual) is { Success: true } match ? match.Groups[1].Value : null;

    // "… received nothing of the kind; what came last was X": X is not what is wrong.
    private static bool IsQuoting(string actual) => !Missing().IsMatch(actual);

    private static int? Last(IReadOnlyList<TranscriptEntry> transcript, string quote, string? connection)
    {
        var closing = quote.Contains("a close frame with", StringComparison.Ordinal);
        var ending = quote.Contains("the end of the TCP connection", StringComparison.Ordinal) || quote.Contains("a TCP reset", StringComparison.Ordinal);
        var about = connection ?? About().Match(quote) switch { { Success: true } match => match.Groups[1].Value, _ => null };
        for (var i = transcript.Count - 1; i >= 0; i--)
        {
            var entry = transcript[i];
            if (connection is not null && entry.Connection != connection)
                continue;
            var isIt = entry.Direction switch
            {
                Direction.Received when entry.Kind == "close" => closing && (about is null || entry.Connection == about),
                Direction.Received => entry.Length > 0 && Quotes(quote, entry),
                _ => ending && entry.Kind == "note" && (about is null || entry.Connection == about) && (entry.Note!.Contains("TCP", StringComparison.Ordinal) || entry.Note.Contains("reset", StringComparison.Ordinal)),
            };
            if (isIt)
                return i;
        }

        return null;
    }

    private static bool Quotes(string quote, TranscriptEntry entry)
    {
        // Compared as ReceivedMessage.Describe quotes it.
        var start = Encoding.UTF8.GetString(entry.Bytes.Span[..Math.Min(QuotedCharacters, entry.Bytes.Length)]).TrimEnd('\uFFFD');
        return start.Length >= 2 && quote.Contains(start, StringComparison.Ordinal);
    }

    [GeneratedRegex("^the (.+?) received nothing of the kind")]
    private static partial Regex Missing();

    [GeneratedRegex("^the (.+?)'s connection")]
    private static partial Regex About();
}
