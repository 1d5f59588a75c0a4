using CoralMux.Harness.Messages;
using CoralMux.Harness.Running;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>
/// What the transcripts of a stored report say against its verdicts: that they are the recorded ones, that a pass rests on
/// something received, and what only the profile knows.
/// </summary>
public static class TranscriptCheck
{
    /// <param name="profile">Whose protocol the relay spoke.</param>
    /// <param name="schemas">Of the suite that the report names; null where this program does not have it.</param>
    /// <returns>A sentence without a full stop for each disagreement.</returns>
    public static IEnumerable<string> Disagreements(StoredReport stored, IProfile profile, SchemaCatalog? schemas) =>
        stored.Report.Results.SelectMany(result => Disagreements(result, stored.Transcripts.GetValueOrDefault(result.Scenario.Id), profile, schemas));

    internal static IEnumerable<string> Disagreements(ScenarioResult result, StoredTranscript? stored, IProfile profile, SchemaCatalog? schemas)
    {
        var id = result.Scenario.Id;
        return stored switch
        {
            null => result.Verdict == Verdict.Pass ? [$"{id} passed, but has no transcript"] : [],
            { ActualHash: null } => [$"{stored.File} is missing"],
            _ when stored.ActualHash != stored.RecordedHash => [$"{stored.File} is not the transcript that was recorded: its SHA-256 differs"],
            { Entries: { } entries } => [.. Received(result, entries), .. profile.Disagreements(result, entries, schemas)],
            _ => [$"{stored.File} is not a transcript"],
        };
    }

    private static IEnumerable<string> Received(ScenarioResult result, IReadOnlyList<TranscriptEntry> entries) =>
        result.Verdict != Verdict.Pass || entries.Any(entry => entry.Direction == Direction.Received)
            ? []
            : [$"{result.Scenario.Id} passed, but nothing was received in it"];
}
