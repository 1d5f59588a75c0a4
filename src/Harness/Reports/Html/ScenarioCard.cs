using System.Globalization;
using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Proof;
using CoralMux.Harness.Reports.Sequence;
using CoralMux.Harness.Reports.Stored;
using CoralMux.Harness.Verdicts;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Reports.Html;

/// <summary>One scenario: what it is about, what happened, the picture of it, the bytes, and how to run it again.</summary>
internal static class ScenarioCard
{
    /// <summary>Characters shown of a passing scenario's frames; of a trouble everything that was kept is shown.</summary>
    private const int ShownWherePassed = 170;

    public static void Write(RunReport report, ScenarioResult result, TextWriter page)
    {
        var scenario = result.Scenario;
        var requirements = report.Judgement.Requirements.Select(one => one.Requirement).Where(one => scenario.Requirements.Contains(one.Id)).ToList();
        page.Write($"<details class=\"card {result.Verdict.Spelling()}\" id=\"{Markup.Anchor(scenario.Id)}\" ");
        page.Write($"{Markup.Filters(result.Verdict, requirements)}{(NeedsALook(result) ? " open" : "")}>");
        page.Write($"<summary>{Markup.Pill(result.Verdict)} <span class=\"name\">{Markup.Line(scenario.Name)}</span> ");
        page.Write($"<span class=\"ids\">{string.Join(' ', scenario.Requirements.Select(Markup.Line))}</span> ");
        page.Write($"<span class=\"took\">{Markup.Time(result.Duration)}</span></summary>\n");
        if (result.Verdict != Verdict.NotApplicable)
        {
            foreach (var requirement in requirements)
                page.Write(RequirementList.Clause(requirement));
        }

        WriteOutcome(result, page);
        WriteSteps(result, page);
        if (result.Transcript.Count > 0)
            WritePicture(result, page);
        page.Write($"<p class=\"again\"><span>Run it again</span> <code>{Markup.Line(RerunCommand.Of(report, result))}</code></p></details>\n");
    }

    private static bool NeedsALook(ScenarioResult result) => result.IsTrouble || result.Violations.Count > 0;

    private static void WriteOutcome(ScenarioResult result, TextWriter page)
    {
        if (result is { Expected: { } expected, Actual: { } actual })
            page.Write(Markup.Outcome(expected, "Actual", actual));
        else if (result.Message is { } message)
            page.Write($"<p class=\"reason\">{Markup.Text(message)}</p>");
        foreach (var mutant in KnownMutant.LookingLike(KillMatrixFile.BuiltIn.Mutants, result))
            page.Write($"<p class=\"reason\">Looks like: {Markup.Text(mutant.Does)}</p>");
        foreach (var violation in result.Violations)
        {
            var id = Markup.Line(violation.Requirement);
            page.Write($"<p class=\"noticed\">Noticed in passing: a breach of <a href=\"#{id}\">{id}</a>.</p>");
            page.Write(Markup.Outcome(violation.Expected, $"The {violation.Connection} got", violation.Actual));
        }
    }

    private static void WriteSteps(ScenarioResult result, TextWriter page)
    {
        page.Write("<ol class=\"steps\">");
        var wasRun = result.Transcript.Count > 0 || result.Step is not null;
        foreach (var (index, step) in result.Scenario.Steps.Index())
        {
            var style = !wasRun || index > result.StepIndex ? "idle" : index < result.StepIndex ? "done" : "here";
            page.Write($"<li class=\"{style}\"><b>{Markup.Line(step.Keyword)}</b> {Markup.Line(step.Text)}{Extra(step)}</li>");
        }

        page.Write($"</ol><p class=\"where\">features/{Markup.Line(result.Scenario.File)}:{result.Scenario.Line.ToString(CultureInfo.InvariantCulture)}</p>\n");
    }

    private static string Extra(ScenarioStep step)
    {
        var text = step.Table is { } table ? string.Join('\n', table.Select(row => $"| {string.Join(" | ", row)} |")) : step.DocString;
        return text is null ? "" : $"<pre>{Markup.Text(text)}</pre>";
    }

    private static void WritePicture(ScenarioResult result, TextWriter page)
    {
        var picture = new SequencePicture(result);
        var isTrouble = NeedsALook(result);
        var anchor = isTrouble ? Markup.Anchor(result.Scenario.Id) + "-f" : "";
        page.Write($"<figure tabindex=\"0\">{SequenceSvg.Draw(picture, result.Transcript, anchor)}</figure>\n");

        // How a passing scenario's peers connected is one line in the picture; the bytes of it would only hide the others.
        var shown = isTrouble
            ? Enumerable.Range(0, result.Transcript.Count).ToHashSet()
            : picture.Shown.Where(index => result.Transcript[index].Kind != "handshake").ToHashSet();
        var others = shown.Count == result.Transcript.Count
            ? ""
            : $" of {result.Transcript.Count}; all are in <code>{Markup.Line(TranscriptFile.PathOf(result.Scenario))}</code>";
        page.Write($"<details class=\"bytes\"><summary>{Markup.Count(shown.Count, "frame")}{others}</summary><ol>");
        foreach (var (index, entry) in result.Transcript.Index().Where(pair => shown.Contains(pair.Index) && pair.Item.Kind != "note"))
            WriteFrame(index, entry, picture.IsOffending(index), anchor, isTrouble ? int.MaxValue : ShownWherePassed, page);
        page.Write("</ol></details>\n");
    }

    private static void WriteFrame(int index, TranscriptEntry entry, bool isOffending, string anchor, int width, TextWriter page)
    {
        var id = anchor.Length > 0 ? $" id=\"{anchor}{index.ToString(CultureInfo.InvariantCulture)}\"" : "";
        var arrow = entry.Direction == Direction.Sent ? "→" : "←";
        page.Write($"<li{id}{(isOffending ? " class=\"bad\"" : "")}><i>{entry.At.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)}</i> ");
        page.Write($"<b>{Markup.Line(entry.Connection)} {arrow}</b> {Markup.Line(entry.Kind)} {FrameLabel.Size(entry.Length)}");
        if (entry.Note is { } note)
            page.Write($" <em>{Markup.Line(note)}</em>");
        if (entry.Length > 0)
            page.Write($"<code>{Markup.Content(Visible.Cut(Content(entry), width))}</code>");
        if (entry.Opened is { } opened)
            page.Write($"<code class=\"opened\">🔓 {Markup.Content(Visible.Cut(opened, width))}</code>");
        page.Write("</li>");
    }

    private static string Content(TranscriptEntry entry)
    {
        if (entry.Kind == "close")
            return FrameLabel.Of(entry);
        var cut = entry.Sha256 is null ? "" : $"… {entry.Length} bytes in all, SHA-256 {entry.Sha256}";
        return System.Text.Unicode.Utf8.IsValid(entry.Bytes.Span)
            ? Encoding.UTF8.GetString(entry.Bytes.Span) + cut
            : string.Join(' ', Convert.ToHexStringLower(entry.Bytes.Span).Chunk(2).Select(pair => new string(pair))) + cut;
    }
}
