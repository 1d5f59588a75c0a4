using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>Every distribution of the report, a line each.</summary>
internal static class MetricTable
{
    private static readonly IReadOnlyList<(string Name, Func<LoadMetric, double> Value)> Columns =
    [
        ("p50", metric => metric.P50Us), ("p90", metric => metric.P90Us), ("p95", metric => metric.P95Us), ("p99", metric => metric.P99Us), ("p99.9", metric => metric.P999Us),
        ("p99.99", metric => metric.P9999Us), ("max", metric => metric.MaxUs), ("mean", metric => metric.MeanUs), ("min", metric => metric.MinUs),
    ];

    public static void Write(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        if (report.Metrics.Count == 0)
            return;
        page.Write("<section><h2>All latencies</h2><div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\"><thead><tr><th scope=\"col\">What</th>");
        foreach (var (name, _) in Columns)
            page.Write($"<th scope=\"col\">{name}</th>");
        page.Write($"<th scope=\"col\">Count</th>{(baseline is null ? "" : "<th scope=\"col\">baseline p99</th>")}</tr></thead><tbody>");
        foreach (var metric in Distribution.Of(report).SelectMany(one => one.Kinds))
        {
            page.Write($"<tr><th scope=\"row\">{Markup.Line(LoadWords.Family(metric.Family))}, {LoadWords.Kind(metric.Kind)} <small>{Markup.Line(LoadWords.Labels(metric.Labels))}</small></th>");
            foreach (var (_, value) in Columns)
                page.Write($"<td>{Quantity.Time.Write(value(metric))}</td>");
            page.Write($"<td>{Quantity.Count.Write(metric.Count)}</td>");
            if (baseline is not null)
                page.Write($"<td>{(baseline.Metrics.FirstOrDefault(one => one.Family == metric.Family && one.Kind == metric.Kind && Distribution.LabelsOf(one) == Distribution.LabelsOf(metric)) is { } former ? Quantity.Time.Write(former.P99Us) : "–")}</td>");
            page.Write("</tr>");
        }

        page.Write("</tbody></table></div></section>\n");
    }
}
