using System.Globalization;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The verdict, the validity, and the few numbers that most people look for.</summary>
internal static class LoadHead
{
    public static void Write(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        var style = report.Verdict switch { LoadVerdict.Pass => "pass", LoadVerdict.Fail => "fail", _ => "inconclusive" };
        if (!report.Validity.Valid)
            page.Write("<p class=\"void\" role=\"alert\"><b>Invalid run.</b> Nothing below is a measurement of the relay.</p>\n");
        page.Write($"""
            <header class="{style}{(report.Validity.Valid ? "" : " invalid")}">
            <p class="eyebrow">CoralMux {(report.Capacity is null ? "load" : "capacity")} report · {Markup.Line(LoadWords.Title(report))}</p>
            <h1>{Markup.Line(LoadWords.Headline(report))}</h1>

            """);
        foreach (var reason in report.Reasons.Union(report.Validity.Reasons))
            page.Write($"<p class=\"lead\">{Markup.Line(reason)}</p>\n");
        page.Write($"<p class=\"validity\">{Validity(report)}</p>\n");
        page.Write("<ul class=\"tiles\">");
        foreach (var tile in Tiles(report))
        {
            page.Write($"<li{(tile.IsBad ? " class=\"fail\"" : "")}><span>{Markup.Line(tile.Name)}</span><b>{Markup.Line(tile.Value)}</b>");
            page.Write($"<small>{Markup.Line(tile.More)}</small></li>");
        }

        page.Write("</ul>\n<dl>\n");
        foreach (var (name, markup) in Facts(report, baseline))
            page.Write(Page.Fact(name, markup) + "\n");
        page.Write("</dl>\n</header>\n");
    }

    private static string Validity(LoadReport report)
    {
        var (lag, busiest) = (Quantity.Time.Write(report.Validity.LagP99Us), Quantity.Cores.Write(report.Validity.GeneratorCpuMax));
        var seen = $"scheduling lag p99 {lag}, busiest second {busiest}";
        return report.Validity.Valid
            ? $"<span class=\"pill pass\">✓ valid</span> The generator kept up: {seen}."
            : $"<span class=\"pill inconclusive\">✗ invalid</span> The generator was the bottleneck ({seen}), so no number here is the relay's. "
                + "Give it more processors, or run shards on more machines.";
    }

    private static IEnumerable<(string Name, string Markup)> Facts(LoadReport report, LoadReport? baseline)
    {
        var run = report.Config;
        yield return ("Target", $"{Markup.Line(report.Target.Name)} <code>{Markup.Line(report.Target.Url ?? "started for this run")}</code>");
        yield return ("Run", $"<time>{Time(report.StartedAt, "yyyy-MM-dd HH:mm:ss")}</time>, {Quantity.Time.Write(report.DurationMs * 1000)}");
        yield return ("Profile", $"<code>{Markup.Line(run.Profile["name"]?.ToString() ?? "–")}</code>{(run.Quick ? ", quick form" : "")}");
        yield return ("Seed", run.Seed.ToString(CultureInfo.InvariantCulture));
        if (run.Shard is { } shard)
            yield return ("Shard", $"{shard.Index + 1} of {shard.Count}, {Quantity.Time.Write(shard.LateMs * 1000)} late: a part of the run only");
        if (baseline is not null)
        {
            var warnings = (baseline.Config.Hash == run.Hash ? "" : ", <b>another experiment</b>") + (baseline.Validity.Valid ? "" : ", <b>an invalid run</b>");
            yield return ("Baseline", $"{Markup.Line(baseline.Target.Name)}, {Time(baseline.StartedAt, "yyyy-MM-dd HH:mm")}{warnings}");
        }

        yield return ("Exit code", report.ExitCode.ToString(CultureInfo.InvariantCulture));
    }

    private static string Time(DateTimeOffset time, string format) => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture) + " UTC";

    private static IEnumerable<(string Name, string Value, string More, bool IsBad)> Tiles(LoadReport report)
    {
        var totals = report.Totals;
        static string Count(long number) => Quantity.Count.Write(number);
        var messages = $"{Count(totals.Delivered)} delivered, {Count(totals.Offered)} offered";
        yield return ("achieved of offered", Quantity.Ratio.Write(totals.AchievedRatio), messages, false);
        foreach (var metric in Distribution.Of(report).Take(1).SelectMany(one => one.Kinds).Where(metric => metric.Kind != Measure.Lag))
        {
            var name = $"{LoadWords.Of(metric.Family).ToLowerInvariant()}, p99 {Word.Of(metric.Kind)}";
            var more = $"p50 {Quantity.Time.Write(metric.P50Us)}, p99.9 {Quantity.Time.Write(metric.P999Us)}";
            yield return (name, Quantity.Time.Write(metric.P99Us), more, false);
        }

        var codes = totals.Errors.OrderByDescending(pair => pair.Value).Select(pair => $"{Count(pair.Value)} {pair.Key}");
        yield return ("errors", Count(totals.Errors.Values.Sum()), totals.Errors.Count == 0 ? "no error envelope" : string.Join(", ", codes), false);
        var violations = report.Invariants.Sum(invariant => invariant.Violations);
        var checks = report.Invariants.Count == 0 ? "none was checked" : $"{Count(report.Invariants.Sum(invariant => invariant.Checked))} checks";
        yield return ("invariants violated", Count(violations), checks, violations > 0);
        if (totals.RelayCpuSeconds is { } seconds && totals.Delivered > 0)
        {
            var memory = totals.RelayRssPeakBytes is { } peak ? $", peak memory {Quantity.Bytes.Write(peak)}" : "";
            var each = Quantity.Time.Write(seconds * 1e6 / totals.Delivered);
            yield return ("relay CPU per message", each, $"{Quantity.Seconds.Write(seconds)} in total{memory}", false);
        }
    }
}
