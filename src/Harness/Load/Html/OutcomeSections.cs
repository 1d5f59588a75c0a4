using System.Globalization;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>Invariants with their violations, and the decisions about limits.</summary>
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
            var (style, words) = invariant.Violations > 0 ? ("fail", "✗ violated")
                : invariant.Checked == 0 ? ("untested", "– not checked")
                : ("pass", "✓ held");
            var violations = $"{Quantity.Count.Write(invariant.Violations)} {(invariant.Violations == 1 ? "violation" : "violations")}";
            page.Write($"""
                <div class="req"><div><span class="pill {style}">{words}</span></div><div>
                <p class="threshold">{LoadWords.Of(invariant.Name)} <code>{Word.Of(invariant.Name)}</code></p>
                <p class="soft">{Quantity.Count.Write(invariant.Checked)} messages checked, {violations}.</p>
                """);
            foreach (var example in invariant.Examples)
                WriteExample(example, page);
            page.Write("</div></div>\n");
        }

        page.Write("</section>\n");
    }

    private static void WriteExample(InvariantExample example, TextWriter page)
    {
        page.Write($"<details class=\"violation\" open><summary>{Markup.Line(example.Sentence)} ");
        page.Write($"<span class=\"soft\">at {Quantity.Seconds.Write(example.AtS)}, pair {example.Pair} of {Markup.Line(example.Scenario)}</span>");
        page.Write("</summary><ol>");
        foreach (var line in example.Transcript)
        {
            var arrow = line.Direction == ExcerptDirection.Sent ? "→" : "←";
            page.Write($"<li><i>{line.AtS.ToString("0.000", CultureInfo.InvariantCulture)} s</i> <b>{Markup.Line(line.Connection)} {arrow}</b> ");
            page.Write($"{Quantity.Bytes.Write(line.Bytes)} <code>{Markup.Line(line.Text)}</code></li>");
        }

        page.Write("</ol></details>");
    }

    private static void WriteDecisions(LoadReport report, TextWriter page)
    {
        if (report.Decisions.Count == 0)
            return;
        page.Write("""
            <section><h2>Decisions about limits</h2>
            <p class="soft">Uncertain decisions are so near the limit that, given the round trip, both answers are right; they do not count.</p>

            """);
        foreach (var decision in report.Decisions)
        {
            var (right, wrong) = (Quantity.Count.Write(decision.Right), Quantity.Count.Write(decision.Wrong));
            page.Write($"""
                <div class="req"><div><span class="pill {(decision.Wrong > 0 ? "fail\">✗ wrong" : "pass\">✓ right")}</span></div><div>
                <p class="threshold"><code>{Markup.Line(decision.Limit)}</code>, scenario {Markup.Line(decision.Scenario)}</p>
                <p class="soft">{right} right, {wrong} wrong, {Quantity.Count.Write(decision.Uncertain)} uncertain.</p>
                """);
            if (decision.Examples.Count > 0)
                page.Write($"<ul>{string.Concat(decision.Examples.Select(example => $"<li>{Markup.Line(example)}</li>"))}</ul>");
            page.Write("</div></div>\n");
        }

        page.Write("</section>\n");
    }
}
