using System.Globalization;
using System.Text;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports;

namespace CoralMux.Harness.Load.Output;

/// <summary>A load report in a few lines, for a terminal and for a CI step summary.</summary>
internal static class LoadSummary
{
    private const int LongestReason = 400;

    public static string Text(LoadReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(Headline(report));
        foreach (var reason in report.Reasons)
            text.AppendLine($"  {Visible.Line(reason, LongestReason)}");
        WriteTotals(report, text);
        foreach (var (name, counts) in new[] { ("errors", report.Totals.Errors), ("closes", report.Totals.Closes) })
        {
            if (counts.Count > 0)
                text.AppendLine($"{name}: {string.Join(", ", counts.Select(pair => $"{pair.Key} {pair.Value}"))}");
        }

        foreach (var score in report.Decisions)
        {
            text.Append(CultureInfo.InvariantCulture, $"decisions on {score.Limit} ({score.Scenario}): {score.Right} right, {score.Wrong} wrong, ")
                .AppendLine(CultureInfo.InvariantCulture, $"{score.Uncertain} too near the limit to tell");
        }

        foreach (var metric in report.Metrics.Where(metric => metric.Kind != Measure.Lag))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {metric.Key.ToString(),-62} {metric.Count,9}  p50 {metric.P50Us / 1000,9:0.000}")
                .Append(CultureInfo.InvariantCulture, $"  p99 {metric.P99Us / 1000,9:0.000}  p99.9 {metric.P999Us / 1000,9:0.000}")
                .AppendLine(CultureInfo.InvariantCulture, $"  max {metric.MaxUs / 1000,9:0.000} ms");
        }

        foreach (var threshold in report.Thresholds)
            text.AppendLine($"  {Word.Of(threshold.Outcome),-6} {threshold.Text}");
        return text.ToString().TrimEnd();
    }

    public static string Markdown(LoadReport report)
    {
        var text = new StringBuilder();
        var symbol = report.Verdict switch { LoadVerdict.Pass => "✅", LoadVerdict.Fail => "❌", _ => "⚠️" };
        text.AppendLine($"## {symbol} {MarkdownText.Plain(Headline(report))}").AppendLine();
        foreach (var reason in report.Reasons)
            text.AppendLine($"- {MarkdownText.Plain(Visible.Line(reason, LongestReason))}");
        if (report.Thresholds.Count > 0)
        {
            text.AppendLine().AppendLine("| threshold | outcome | measured |").AppendLine("| --- | --- | --- |");
            foreach (var one in report.Thresholds)
            {
                var measured = one.Value is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {Word.Of(one.Unit)}") : "";
                text.AppendLine($"| {MarkdownText.Plain(one.Text)} | {Word.Of(one.Outcome)} | {measured} |");
            }
        }

        text.AppendLine().AppendLine("| metric | count | p50 ms | p99 ms | p99.9 ms | max ms |").AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var one in report.Metrics)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Plain(one.Key.ToString())} | {one.Count} | {one.P50Us / 1000:0.000} ")
                .AppendLine(CultureInfo.InvariantCulture, $"| {one.P99Us / 1000:0.000} | {one.P999Us / 1000:0.000} | {one.MaxUs / 1000:0.000} |");
        }

        return text.ToString();
    }

    private static string Headline(LoadReport report) => $"{report.Config.Profile["name"]}: " + report.Verdict switch
    {
        LoadVerdict.Pass => $"all {report.Thresholds.Count} thresholds met.",
        LoadVerdict.Fail => "failed.",
        _ => "invalid run, it says nothing about the relay.",
    };

    private static void WriteTotals(LoadReport report, StringBuilder text)
    {
        var totals = report.Totals;
        var relay = totals.RelayCpuSeconds is { } cpu ? string.Create(CultureInfo.InvariantCulture, $"{cpu:0.0} s CPU") : "not on this host";
        var peak = totals.RelayRssPeakBytes is { } rss ? string.Create(CultureInfo.InvariantCulture, $", peak {rss / 1e6:0} MB") : "";
        text.Append(CultureInfo.InvariantCulture, $"offered {totals.Offered}, sent {totals.Sent}, delivered {totals.Delivered}, ")
            .Append(CultureInfo.InvariantCulture, $"achieved/offered {totals.AchievedRatio:0.0000}; {totals.BytesSent / 1e6:0.0} MB out, ")
            .AppendLine(CultureInfo.InvariantCulture, $"{totals.BytesReceived / 1e6:0.0} MB in; {totals.Connects} connects")
            .Append(CultureInfo.InvariantCulture, $"generator {totals.GeneratorCpuSeconds:0.0} s CPU, lag p99 {report.Validity.LagP99Us / 1000:0.00} ms; ")
            .AppendLine($"relay {relay}{peak}");
    }
}
