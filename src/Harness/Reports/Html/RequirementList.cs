using CoralMux.Harness.Basics;
using CoralMux.Harness.Requirements;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Reports.Html;

/// <summary>Every requirement with its verdict, and the scenarios that it comes from.</summary>
internal static class RequirementList
{
    public static void Write(RunReport report, TextWriter page)
    {
        var verdicts = report.Results.ToDictionary(result => result.Scenario.Id, result => result.Verdict);
        page.Write("<section data-list=\"requirements\"><h2>Requirements</h2>\n");
        foreach (var chapter in report.Judgement.Requirements.GroupBy(result => result.Requirement.Chapter))
        {
            page.Write($"<div class=\"group\"><h3>{Markup.Line(chapter.Key)}</h3>\n");
            foreach (var result in chapter)
                Write(report, result, verdicts, page);
            page.Write("</div>\n");
        }

        page.Write("</section>\n</main>\n");
    }

    /// <summary>The clause of the specification that has this id.</summary>
    public static string Clause(Requirement requirement) =>
        $"<p class=\"clause {requirement.LevelWord.ToLowerInvariant()}\"><b>{Markup.Line(requirement.Id)}</b> "
        + $"<span class=\"level\">{requirement.LevelWord}</span> {Markup.Line(requirement.Statement)}</p>";

    private static void Write(RunReport report, RequirementResult result, Dictionary<string, Verdict> verdicts, TextWriter page)
    {
        var requirement = result.Requirement;
        page.Write($"<div class=\"req\" id=\"{Markup.Line(requirement.Id)}\" {Markup.Filters(result.Verdict, [requirement])}>");
        var known = report.Judgement.Excused.Contains(requirement.Id) ? " <span class=\"pill known\">known</span>" : "";
        page.Write($"<div>{Markup.Pill(result.Verdict)}{known}</div><div>{Clause(requirement)}");
        if (result.Reason is { } reason && result.Verdict != Verdict.Pass)
            page.Write($"<p class=\"soft\">{Markup.Line(Visible.Cut(reason, 400))}</p>");
        if (result.Scenarios.Count > 0)
        {
            page.Write($"<details><summary>{Markup.Count(result.Scenarios.Count, "scenario")}</summary><ul>");
            foreach (var scenario in result.Scenarios)
                page.Write($"<li>{Markup.Symbol(verdicts[scenario])} <a href=\"#{Markup.Anchor(scenario)}\">{Markup.Line(scenario)}</a></li>");
            page.Write("</ul></details>");
        }

        page.Write("</div></div>\n");
    }
}
