using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>Every distribution of the report, a line each.</summary>
internal static class MetricTable
{
    public static void Write(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        if (report.Metrics.Count == 0)
            return;
        var columns = LoadMetric.Figures.Where(figure => figure.Name != "count").ToList();
        page.Write("<section><h2>All latencies</h2><div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\"><thead><tr><th scope=\"col\">Metric</th>");
        foreach (var (name, _) in columns)
            page.Write($"<th scope=\"col\">{name}</th>");
        page.Write($"<th scope=\"col\">Count</th>{(baseline is null ? "" : "<th scope=\"col\">baseline p99</th>")}</tr></thead><tbody>");
        foreach (var metric in Distribution.Of(report).SelectMany(one => one.Kinds))
        {
            page.Write($"<tr><th scope=\"row\">{LoadWords.Of(metric.Family)}, {LoadWords.Of(metric.Kind)} ");
            page.Write($"<small>{Markup.Line(LoadWords.Labels(metric.Labels))}</small></th>");
            foreach (var (_, value) in columns)
                page.Write($"<td>{Quantity.Time.Write(value(metric))}</td>");
            page.Write($"<td>{Quantity.Count.Write(metric.Count)}</td>");
            if (baseline is not null)
                page.Write($"<td>{LoadWords.Write(baseline.Metrics.FirstOrDefault(one => one.Key == metric.Key)?.P99Us, Quantity.Time)}</td>");
            page.Write("</tr>");
        }

        page.Write("</tbody></table></div></section>\n");
    }
}
