using System.Globalization;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The verdict, whether it may be believed, and the few numbers that most people came for.</summary>
internal static class LoadHead
{
    public static void Write(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        var style = report.Verdict switch { "pass" => "pass", "fail" => "fail", _ => "inconclusive" };
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
        WriteTiles(report, page);
        var run = report.Config;
        page.Write($"""
            <dl>
            {Page.Fact("Target", $"{Markup.Line(report.Target.Name)} <code>{Markup.Line(report.Target.Url ?? "started for this run")}</code>")}
            {Page.Fact("Run", $"<time>{report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC</time>, {Quantity.Time.Write(report.DurationMs * 1000)}")}
            {Page.Fact("Profile", $"<code>{Markup.Line(run.Profile["name"]?.ToString() ?? "–")}</code>{(run.Quick ? ", quick form" : "")}")}
            {Page.Fact("Seed", run.Seed.ToString(CultureInfo.InvariantCulture))}
            {(run.Shard is { } shard ? Page.Fact("Shard", $"{shard.Index + 1} of {shard.Count}, {Quantity.Time.Write(shard.LateMs * 1000)} late: a part of the run only") : "")}
            {(baseline is null ? "" : Page.Fact("Baseline", $"{Markup.Line(baseline.Target.Name)}, {baseline.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC{(baseline.Config.Hash == run.Hash ? "" : ", <b>another experiment</b>")}{(baseline.Validity.Valid ? "" : ", <b>an invalid run</b>")}"))}
            {Page.Fact("Exit code", report.ExitCode.ToString(CultureInfo.InvariantCulture))}
            </dl>
            </header>

            """);
    }

    private static string Validity(LoadReport report)
    {
        var seen = $"scheduling lag p99 {Quantity.Time.Write(report.Validity.LagP99Us)}, busiest second {Quantity.Cores.Write(report.Validity.GeneratorCpuMax)}";
        return report.Validity.Valid
            ? $"<span class=\"pill pass\">✓ valid</span> The generator kept up: {seen}."
            : $"<span class=\"pill inconclusive\">✗ invalid</span> The generator was the bottleneck ({seen}), so no number here is the relay's. Give it more processors, or run shards on more machines.";
    }

    private static void WriteTiles(LoadReport report, TextWriter page)
    {
        var totals = report.Totals;
        page.Write("<ul class=\"tiles\">");
        Tile("achieved of offered", Quantity.Ratio.Write(totals.AchievedRatio), $"{Quantity.Count.Write(totals.Delivered)} delivered, {Quantity.Count.Write(totals.Offered)} offered");
        foreach (var one in Distribution.Of(report).Take(1))
        {
            if (one.Kinds.FirstOrDefault(metric => metric.Kind == "response") is { } response)
                Tile($"{LoadWords.Family(one.Family).ToLowerInvariant()}, p99 response", Quantity.Time.Write(response.P99Us), $"p50 {Quantity.Time.Write(response.P50Us)}, p99.9 {Quantity.Time.Write(response.P999Us)}");
            if (one.Kinds.FirstOrDefault(metric => metric.Kind == "service") is { } service)
                Tile($"{LoadWords.Family(one.Family).ToLowerInvariant()}, p99 service", Quantity.Time.Write(service.P99Us), $"p50 {Quantity.Time.Write(service.P50Us)}, p99.9 {Quantity.Time.Write(service.P999Us)}");
        }

        var errors = totals.Errors.Values.Sum();
        Tile("errors", Quantity.Count.Write(errors), errors == 0 ? "no error envelope" : string.Join(", ", totals.Errors.OrderByDescending(pair => pair.Value).Select(pair => $"{Quantity.Count.Write(pair.Value)} {pair.Key}")));
        var violations = report.Invariants.Sum(invariant => invariant.Violations);
        Tile("invariants violated", Quantity.Count.Write(violations), report.Invariants.Count == 0 ? "none was checked" : $"{Quantity.Count.Write(report.Invariants.Sum(invariant => invariant.Checked))} checks", violations > 0);
        if (totals.RelayCpuSeconds is { } seconds && totals.Delivered > 0)
            Tile("relay CPU per message", Quantity.Time.Write(seconds * 1e6 / totals.Delivered), $"{Quantity.Seconds.Write(seconds)} in all{(totals.RelayRssPeakBytes is { } peak ? $", peak memory {Quantity.Bytes.Write(peak)}" : "")}");
        page.Write("</ul>\n");

        void Tile(string name, string value, string more, bool isBad = false) =>
            page.Write($"<li{(isBad ? " class=\"fail\"" : "")}><span>{Markup.Line(name)}</span><b>{Markup.Line(value)}</b><small>{Markup.Line(more)}</small></li>");
    }
}
