using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;

namespace CoralMux.Harness.Load.Html;

/// <summary><c>report.html</c> of a load run. The measurements of an invalid run are shown, but never as a result.</summary>
public static class LoadPage
{
    private const int DistributionsShown = 4;

    /// <param name="baseline">Drawn under the curves, or null.</param>
    public static void Write(LoadReport report, LoadReport? baseline, Stream output) =>
        Page.Write(output, $"{LoadWords.Headline(report)}: {LoadWords.Title(report)}", ["report.css", "load.css"], "load.js", page =>
        {
            LoadHead.Write(report, baseline, page);
            page.Write($"<main{(report.Validity.Valid ? "" : " class=\"invalid\"")}>\n");
            ThresholdList.Write(report, page);
            CapacityChart.Write(report, baseline, page);
            WriteCharts(report, baseline, page);
            WriteDistributions(report, baseline, page);
            MetricTable.Write(report, baseline, page);
            OutcomeSections.Write(report, page);
            TokenTable.Write(report, page);
            page.Write("<section><h2>The experiment</h2><details class=\"data\"><summary>The profile as it was run</summary>");
            page.Write($"<pre class=\"profile\">{Markup.Text(report.Config.Profile.ToString())}</pre></details></section>\n");
            page.Write($"</main><footer>CoralMux conformance {Markup.Line(report.Suite.Version)} · suite <code>{Markup.Line(report.Suite.Hash)}</code> ");
            page.Write($"· experiment <code>{Markup.Line(report.Config.Hash)}</code></footer>\n");
        });

    private static void WriteCharts(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        if (report.Series.Count == 0)
            return;
        var (time, former) = (Timeline.Of(report), baseline is { Series.Count: > 0 } ? Timeline.Of(baseline) : null);
        page.Write("<section><h2>While it ran</h2><div class=\"charts\">\n");
        foreach (var figure in TimeCharts.Of(time, former).Concat(ResourceCharts.Of(time, former)))
            figure.Write(page);
        page.Write("</div></section>\n");
    }

    private static void WriteDistributions(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        var distributions = Distribution.Of(report);
        if (distributions.Count == 0)
            return;
        page.Write("<section><h2>Latency by percentile</h2>\n");
        if (distributions.Count > DistributionsShown)
        {
            page.Write("<form class=\"filter\" hidden><input type=\"search\" name=\"text\" placeholder=\"Filter by words, for example one way agent\" ");
            page.Write("aria-label=\"Words to filter latencies by\"><output></output></form>\n");
        }

        page.Write("<div class=\"charts\">");
        foreach (var distribution in distributions.Take(DistributionsShown))
            distribution.Figure(baseline).Write(page);
        page.Write("</div>");
        if (distributions.Count > DistributionsShown)
        {
            var more = Markup.Count(distributions.Count - DistributionsShown, "more distribution");
            page.Write($"<details class=\"rest\"><summary>{more}</summary><div class=\"charts\">");
            foreach (var distribution in distributions.Skip(DistributionsShown))
                distribution.Figure(baseline).Write(page);
            page.Write("</div></details>");
        }

        page.Write("</section>\n");
    }
}
