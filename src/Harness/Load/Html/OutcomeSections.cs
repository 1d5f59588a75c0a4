using System.Globalization;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>Invariants with what broke them, and the decisions about limits.</summary>
internal static class OutcomeSections
{
    public static void Write(LoadReport report, TextWriter page)
    {
        WriteInvariants(report, page);
        WriteDecisions(report, page);
    }

    private static void WriteInvariants(LoadReport report, TextWriter page)
    {
        if (report.Invariants.Count == 0)
            return;
        page.Write("<section><h2>Invariants under load</h2>\n");
        foreach (var invariant in report.Invariants.OrderByDescending(one => one.Violations > 0))
        {
            var (style, words) = invariant.Violations > 0 ? ("fail", "✗ violated") : invariant.Checked == 0 ? ("untested", "– not checked") : ("pass", "✓ held");
            page.Write($"<div class=\"req\"><div><span class=\"pill {style}\">{words}</span></div><div><p class=\"threshold\">{Markup.Line(LoadWords.Invariant(invariant.Name))} <code>{Markup.Line(invariant.Name)}</code></p><p class=\"soft\">{Quantity.Count.Write(invariant.Checked)} messages checked, {Quantity.Count.Write(invariant.Violations)} {(invariant.Violations == 1 ? "violation" : "violations")}.</p>");
            foreach (var example in invariant.Examples)
            {
                page.Write($"<details class=\"violation\" open><summary>{Markup.Line(example.Sentence)} <span class=\"soft\">at {Quantity.Seconds.Write(example.AtS)}, pair {example.Pair} of {Markup.Line(example.Scenario)}</span></summary><ol>");
                foreach (var line in example.Transcript)
                    page.Write($"<li><i>{line.AtS.ToString("0.000", CultureInfo.InvariantCulture)} s</i> <b>{Markup.Line(line.Connection)} {(line.Direction == "sent" ? "→" : "←")}</b> {Quantity.Bytes.Write(line.Bytes)} <code>{Markup.Line(line.Text)}</code></li>");
                page.Write("</ol></details>");
            }

            page.Write("</div></div>\n");
        }

        page.Write("</section>\n");
    }

    private static void WriteDecisions(LoadReport report, TextWriter page)
    {
        if (report.Decisions.Count == 0)
            return;
        page.Write("<section><h2>Where the relay drew the line</h2><p class=\"soft\">Uncertain are decisions so near the limit that the round trip leaves both open; they count for nobody.</p>\n");
        foreach (var decision in report.Decisions)
        {
            page.Write($"<div class=\"req\"><div><span class=\"pill {(decision.Wrong > 0 ? "fail\">✗ wrong" : "pass\">✓ right")}</span></div><div><p class=\"threshold\">{Markup.Line(LoadWords.Limit(decision.Limit))}, scenario {Markup.Line(decision.Scenario)}</p><p class=\"soft\">{Quantity.Count.Write(decision.Right)} right, {Quantity.Count.Write(decision.Wrong)} wrong, {Quantity.Count.Write(decision.Uncertain)} uncertain.</p>");
            if (decision.Examples.Count > 0)
                page.Write($"<ul>{string.Concat(decision.Examples.Select(example => $"<li>{Markup.Line(example)}</li>"))}</ul>");
            page.Write("</div></div>\n");
        }

        page.Write("</section>\n");
    }
}
