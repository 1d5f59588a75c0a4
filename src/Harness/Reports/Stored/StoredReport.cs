using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Reports.Stored;

/// <summary>
/// A <c>report.json</c> read again: what it says, and the run judged again from its scenarios, for <see cref="Recheck"/> to compare.
/// </summary>
/// <param name="Document">What the file says.</param>
/// <param name="Report">With the judgement as it follows from the scenarios.</param>
/// <param name="Transcripts">Transcript file of each scenario by the scenario's id, as recorded.</param>
public sealed record StoredReport(ReportDocument Document, RunReport Report, IReadOnlyDictionary<string, StoredTranscript> Transcripts)
{
    /// <exception cref="CommandException">The file is not a report of verify; exit 2.</exception>
    public static StoredReport Read(string path)
    {
        var document = ReportFile.Read(path);
        return ReportFile.Guard(path, () =>
        {
            var transcripts = document.Scenarios.Where(scenario => scenario.Transcript is not null)
                .ToDictionary(scenario => scenario.Id, scenario => StoredTranscript.Read(path, scenario.Transcript!, scenario.TranscriptSha256));
            var report = DocumentConversion.ToReport(document, id => transcripts.GetValueOrDefault(id)?.Entries ?? []);
            return new StoredReport(document, report, transcripts);
        });
    }
}
