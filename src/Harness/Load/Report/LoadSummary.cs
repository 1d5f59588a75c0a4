using System.Globalization;
using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Reports;

namespace CoralMux.Harness.Load.Report;

/// <summary>A load report in a few lines, for a terminal and for a CI step summary.</summary>
internal static class LoadSummary
{
    public static string Text(LoadReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(Headline(report));
        foreach (var reason in report.Reasons)
            text.AppendLine($"  {Visible.Line(reason, 400)}");
        var totals = report.Totals;
        text.AppendLine(CultureInfo.InvariantCulture, $"offered {totals.Offered}, sent {totals.Sent}, delivered {totals.Delivered}, achieved/offered {totals.AchievedRatio:0.0000}; {totals.BytesSent / 1e6:0.0} MB out, {totals.BytesReceived / 1e6:0.0} MB in; {totals.Connects} connects");
        text.AppendLine(CultureInfo.InvariantCulture, $"generator {totals.GeneratorCpuSeconds:0.0} s CPU, lag p99 {report.Validity.LagP99Us / 1000:0.00} ms; relay {(totals.RelayCpuSeconds is { } cpu ? cpu.ToString("0.0 's CPU'", CultureInfo.InvariantCulture) : "not on this host")}{(totals.RelayRssPeakBytes is { } rss ? (rss / 1e6).ToString("', peak' 0 'MB'", CultureInfo.InvariantCulture) : "")}");
        if (totals.Errors.Count > 0)
            text.AppendLine($"errors: {string.Join(", ", totals.Errors.Select(pair => $"{pair.Key} {pair.Value}"))}");
        if (totals.Closes.Count > 0)
            text.AppendLine($"closes: {string.Join(", ", totals.Closes.Select(pair => $"{pair.Key} {pair.Value}"))}");
        foreach (var score in report.Decisions)
            text.AppendLine($"decisions on {score.Limit} ({score.Scenario}): {score.Right} right, {score.Wrong} wrong, {score.Uncertain} too near the line to tell");
        foreach (var metric in report.Metrics.Where(metric => metric.Kind != "lag"))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Name(metric),-62} {metric.Count,9}  p50 {metric.P50Us / 1000,9:0.000}  p99 {metric.P99Us / 1000,9:0.000}  p99.9 {metric.P999Us / 1000,9:0.000}  max {metric.MaxUs / 1000,9:0.000} ms");
        foreach (var threshold in report.Thresholds)
            text.AppendLine($"  {(threshold.Outcome == "met" ? "met   " : threshold.Outcome)} {threshold.Text}");
        return text.ToString().TrimEnd();
    }

    public static string Markdown(LoadReport report)
    {
        var text = new StringBuilder();
        text.AppendLine($"## {(report.Verdict == "pass" ? "✅" : report.Verdict == "fail" ? "❌" : "⚠️")} {MarkdownText.Plain(Headline(report))}");
        text.AppendLine();
        foreach (var reason in report.Reasons)
            text.AppendLine($"- {MarkdownText.Plain(Visible.Line(reason, 400))}");
        if (report.Thresholds.Count > 0)
        {
            text.AppendLine().AppendLine("| threshold | outcome | measured |").AppendLine("| --- | --- | --- |");
            foreach (var one in report.Thresholds)
                text.AppendLine(CultureInfo.InvariantCulture, $"| {MarkdownText.Plain(one.Text)} | {one.Outcome} | {(one.Value is { } value ? $"{value:0.###} {one.Unit}" : "")} |");
        }

        text.AppendLine().AppendLine("| metric | count | p50 ms | p99 ms | p99.9 ms | max ms |").AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var metric in report.Metrics)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {MarkdownText.Plain(Name(metric))} | {metric.Count} | {metric.P50Us / 1000:0.000} | {metric.P99Us / 1000:0.000} | {metric.P999Us / 1000:0.000} | {metric.MaxUs / 1000:0.000} |");
        return text.ToString();
    }

    public static string Headline(LoadReport report) => report.Verdict switch
    {
        "pass" => $"{report.Config.Profile["name"]}: all {report.Thresholds.Count} thresholds met.",
        "fail" => $"{report.Config.Profile["name"]}: failed.",
        _ => $"{report.Config.Profile["name"]}: invalid run, nothing is said about the relay.",
    };

    private static string Name(LoadMetric metric) =>
        $"{metric.Family}.{metric.Kind}{{{string.Join(",", metric.Labels.Select(label => $"{label.Key}={label.Value}"))}}}";
}
