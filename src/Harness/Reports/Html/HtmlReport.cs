using System.Globalization;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports.Html;

/// <summary>
/// <c>report.html</c>: one file that needs no other file and no network; only its filters need a script. What a relay sent
/// is always text in it, and its content security policy allows only its own script.
/// </summary>
public static class HtmlReport
{
    public static void Write(RunReport report, Stream output) => Page.Write(output, Headline.Of(report), ["report.css"], "report.js", page =>
    {
        WriteHead(report, page);
        ChapterTable.Write(report, page);
        WriteKnownFailures(report, page);
        WriteFilter(report, page);
        WriteScenarios(report, page);
        RequirementList.Write(report, page);
        var suite = $"CoralMux conformance {Markup.Line(report.SuiteVersion)} · suite <code>{Markup.Line(report.SuiteHash)}</code>";
        page.Write($"<footer>{suite} · seed {report.Seed}</footer>\n");
    });

    private static void WriteHead(RunReport report, TextWriter page)
    {
        var judged = report.Judgement.Requirements;
        var parts = new List<string>();
        void Part(RequirementLevel level, string words, params Verdict[] verdicts)
        {
            if (Headline.Count(report, level, verdicts) is > 0 and var count)
                parts.Add($"{count} {level.ToString().ToUpperInvariant()} {words}");
        }

        Part(RequirementLevel.Must, "not met", Verdict.Fail);
        Part(RequirementLevel.Must, "unclear", Verdict.Inconclusive, Verdict.NotRun);
        Part(RequirementLevel.Should, "not met", Verdict.Warn);
        Part(RequirementLevel.Must, "met", Verdict.Pass);
        Part(RequirementLevel.Should, "met", Verdict.Pass);
        Part(RequirementLevel.May, "seen to work", Verdict.Pass);
        var untested = judged.Count(result => result.Verdict == Verdict.Untested);
        parts.Add($"{untested} of {judged.Count} requirements not tested");

        var startedAt = report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        page.Write($"""
            <header class="{Headline.Style(report).Spelling()}">
            <p class="eyebrow">CoralMux conformance report</p>
            <h1>{Markup.Line(Headline.Of(report))}</h1>
            <p class="lead">{string.Join(" · ", parts)}</p>
            <dl>
            {Page.Fact("Target", $"<code>{Markup.Line(report.Target.Url)}</code>")}
            {(report.Target.Version is { } version ? Page.Fact("Version", Markup.Line(version)) : "")}
            {Page.Fact("Claims", report.Target.Features.Count == 0 ? "no optional feature" : string.Join(", ", report.Target.Features.Select(Markup.Line)))}
            {Page.Fact("Run", $"<time>{startedAt} UTC</time>, {Markup.Time(report.Duration)}")}
            {Page.Fact("Scenarios", $"{report.Count(Verdict.Pass)} of {report.Results.Count} passed")}
            {Page.Fact("Seed", report.Seed.ToString(CultureInfo.InvariantCulture))}
            {Page.Fact("Exit code", ((int)report.Judgement.ExitCode).ToString(CultureInfo.InvariantCulture) + (report.Options.Strict ? ", strict" : ""))}
            </dl>
            </header>
            <main>

            """);
    }

    private static void WriteKnownFailures(RunReport report, TextWriter page)
    {
        if (report.Judgement.KnownFailures.Count == 0)
            return;
        page.Write("<section><h2>Known failures</h2><ul class=\"known\">");
        foreach (var outcome in report.Judgement.KnownFailures)
        {
            var entry = outcome.Entry;
            page.Write($"<li class=\"{outcome.State.Spelling()}\"><b>{Markup.Line(entry.ToString())}</b> {PlainReport.Say(outcome)}. ");
            page.Write($"{Markup.Line(entry.Reason)} <span class=\"soft\">{Markup.Line(entry.Link)}</span></li>");
        }

        page.Write("</ul></section>\n");
    }

    private static void WriteFilter(RunReport report, TextWriter page)
    {
        page.Write("""
            <div class="tabs" hidden>
            <button type="button" data-tab="scenarios" aria-pressed="true">Scenarios</button>
            <button type="button" data-tab="requirements" aria-pressed="false">Requirements</button>
            </div>
            <form class="filter" hidden>
            <input type="search" name="text" placeholder="Words: PAIR-07 offline" aria-label="Words to filter by">
            <select name="level" aria-label="Level"><option value="">any level</option><option>MUST</option><option>SHOULD</option><option>MAY</option></select>
            <select name="chapter" aria-label="Chapter"><option value="">any chapter</option>
            """);
        foreach (var chapter in report.Judgement.Requirements.Select(result => result.Requirement.Chapter).Distinct())
            page.Write($"<option>{Markup.Line(chapter)}</option>");
        page.Write("</select><div class=\"chips\">");
        var verdicts = report.Results.Select(result => result.Verdict).Concat(report.Judgement.Requirements.Select(result => result.Verdict)).ToHashSet();
        foreach (var name in Markup.Verdicts.Where(verdicts.Contains).Select(verdict => verdict.Spelling()))
            page.Write($"<button type=\"button\" class=\"{name}\" data-verdict=\"{name}\" aria-pressed=\"false\">{name}</button>");
        page.Write("</div><output></output></form>\n");
    }

    private static void WriteScenarios(RunReport report, TextWriter page)
    {
        page.Write("<section data-list=\"scenarios\"><h2>Scenarios</h2>\n");
        var others = report.Results.Where(result => !result.IsTrouble).OrderByDescending(result => result.Violations.Count > 0);
        foreach (var result in report.Troubles.Concat(others))
            ScenarioCard.Write(report, result, page);
        page.Write("</section>\n");
    }
}
