using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>Each threshold, its measured value and its outcome.</summary>
internal static class ThresholdList
{
    public static void Write(LoadReport report, TextWriter page)
    {
        page.Write("<section><h2>Thresholds</h2>\n");
        if (report.Thresholds.Count == 0)
            page.Write("<p class=\"soft\">None was set: this run was measured, not judged.</p>\n");
        foreach (var threshold in report.Thresholds.OrderBy(one => one.Outcome == ThresholdResult.Met))
        {
            var quantity = Quantity.Of(Word.Of(threshold.Unit));
            var (style, words) = threshold.Outcome switch
            {
                _ when !report.Validity.Valid => ("untested", "– not counted"),
                ThresholdResult.Met => ("pass", "✓ met"),
                ThresholdResult.Missed => ("fail", "✗ missed"),
                _ => ("inconclusive", "? not judged"),
            };
            page.Write($"<div class=\"req\"><div><span class=\"pill {style}\">{words}</span></div><div>");
            page.Write($"<p class=\"threshold\"><code>{Markup.Line(threshold.Text)}</code></p><p class=\"soft\">");
            if (threshold.Value is { } value)
                page.Write($"Measured <b class=\"measured\">{quantity.Write(value)}</b>, limit {quantity.Write(threshold.Limit)}.");
            if (threshold.Reason is { } reason)
                page.Write($" {Markup.Line(reason)}");
            page.Write($"{(threshold.Aborted ? " <b>It stopped the run early.</b>" : "")}</p></div></div>\n");
        }

        page.Write("</section>\n");
    }
}
