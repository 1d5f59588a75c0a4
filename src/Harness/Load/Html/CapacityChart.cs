using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The answer of <c>capacity</c>: the interval, what gave way, and every step that was tried.</summary>
internal static class CapacityChart
{
    public static void Write(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        if (report.Capacity is not { } capacity)
            return;
        var steps = capacity.Steps.OrderBy(step => step.OfferedRate).ToList();
        page.Write($"<section><h2>Capacity</h2><p class=\"answer\">It sustains <b>{Markup.Line(LoadWords.Rates(capacity))}</b>: {Markup.Line(LoadWords.LimitedBy(capacity.LimitedBy))}.</p>\n");
        if (baseline?.Capacity is { } former)
            page.Write($"<p class=\"soft\">The baseline: {Markup.Line(LoadWords.Rates(former))}, {Markup.Line(LoadWords.LimitedBy(former.LimitedBy))}.</p>\n");
        if (steps.Count > 0)
        {
            page.Write("<div class=\"charts\">");
            if (steps.Any(step => step.P99Us is not null))
                Knee(capacity, steps, baseline).Write(page);
            Throughput(capacity, steps).Write(page);
            page.Write("</div>");
            WriteSteps(capacity, page);
        }

        page.Write("</section>\n");
    }

    private static ChartFigure Knee(CapacityAnswer capacity, List<CapacityStep> steps, LoadReport? baseline)
    {
        var values = steps.Concat(baseline?.Capacity?.Steps ?? []).SelectMany(step => new[] { step.P50Us, step.P99Us }).OfType<double>().Where(value => value > 0).DefaultIfEmpty(1).ToList();
        return new ChartFigure(
            "The knee",
            new Chart("Latency against offered rate", Across(steps, baseline), Axis.Log("latency, log scale", Quantity.Time, values.Min(), values.Max()),
            [
                new Line("p99, response time", 1, Mean(steps, step => step.P99Us)),
                new Line("p50, response time", 2, Mean(steps, step => step.P50Us)),
                new Line("step that passed", 3, [.. steps.Where(step => step.Passed && step.P99Us is not null).Select(step => (step.OfferedRate, step.P99Us))]) { IsMarks = true },
                new Line("step that failed", 4, [.. steps.Where(step => !step.Passed && step.P99Us is not null).Select(step => (step.OfferedRate, step.P99Us))]) { IsMarks = true },
                .. baseline?.Capacity is { Steps.Count: > 0 } former
                    ? new[] { new Line("p99 of the baseline", 1, Mean([.. former.Steps.OrderBy(step => step.OfferedRate)], step => step.P99Us)) { IsBaseline = true } } : [],
            ])
            {
                Band = capacity.HighRate is { } high ? new Band("capacity", capacity.LowRate, high) : null,
            },
            ["Offered", "p50", "p99", "Outcome"],
            [.. steps.Select(step => new ChartRow(step.OfferedRate, [Quantity.PerSecond.Write(step.OfferedRate), Told(step.P50Us, Quantity.Time), Told(step.P99Us, Quantity.Time), step.Passed ? "passed" : "failed"]))])
        {
            Note = capacity.HighRate is null ? null : capacity.LimitedBy == "generator" ? "Right of the shaded part the generator gave way: the relay's own knee was not seen." : "The shaded part is the answer: what lies left of it was sustained, what lies right of it was not.",
        };
    }

    private static ChartFigure Throughput(CapacityAnswer capacity, List<CapacityStep> steps) => new(
        "Offered and achieved, and what it cost",
        new Chart("Achieved against offered rate", Across(steps, null), Axis.Linear("messages per second", Quantity.Count, steps.Max(step => Math.Max(step.OfferedRate, step.AchievedRate))),
        [
            new Line("offered", 2, [.. steps.Select(step => (step.OfferedRate, (double?)step.OfferedRate))]),
            new Line("achieved", 1, Mean(steps, step => step.AchievedRate)),
        ])
        {
            Band = capacity.HighRate is { } high ? new Band("capacity", capacity.LowRate, high) : null,
        },
        ["Offered", "Achieved", "Relay", "Generator"],
        [.. steps.Select(step => new ChartRow(step.OfferedRate, [Quantity.PerSecond.Write(step.OfferedRate), Quantity.PerSecond.Write(step.AchievedRate), Told(step.RelayCpu, Quantity.Cores), Quantity.Cores.Write(step.GeneratorCpu)]))]);

    private static void WriteSteps(CapacityAnswer capacity, TextWriter page)
    {
        page.Write("<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\"><caption>Every step, in the order in which it was tried</caption><thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Outcome</th><th scope=\"col\">Offered</th><th scope=\"col\">Achieved</th><th scope=\"col\">p50</th><th scope=\"col\">p99</th><th scope=\"col\">p99 service</th><th scope=\"col\">Errors</th><th scope=\"col\">Relay</th><th scope=\"col\">Relay's memory</th><th scope=\"col\">Generator</th><th scope=\"col\">Lag p99</th></tr></thead><tbody>");
        foreach (var step in capacity.Steps)
        {
            page.Write($"<tr><th scope=\"row\">{step.Number} {Markup.Line(step.Phase)}</th><td><span class=\"pill {(step.Passed ? "pass" : "fail")}\">{(step.Passed ? "✓ passed" : "✗ failed")}</span></td><td>{Quantity.PerSecond.Write(step.OfferedRate)}</td><td>{Quantity.PerSecond.Write(step.AchievedRate)}</td><td>{Told(step.P50Us, Quantity.Time)}</td><td>{Told(step.P99Us, Quantity.Time)}</td><td>{Told(step.ServiceP99Us, Quantity.Time)}</td><td>{Quantity.Count.Write(step.Errors)}</td><td>{Told(step.RelayCpu, Quantity.Cores)}</td><td>{Told(step.RelayRssBytes, Quantity.Bytes)}</td><td>{Quantity.Cores.Write(step.GeneratorCpu)}</td><td>{Told(step.LagP99Us, Quantity.Time)}</td>");
            page.Write("</tr>");
        }

        page.Write("</tbody></table></div><ul class=\"gave-way\">");
        foreach (var step in capacity.Steps.Where(step => step.Reason is not null))
            page.Write($"<li>Step {step.Number}: {Markup.Line(step.Reason)}</li>");
        page.Write("</ul>\n");
    }

    private static Axis Across(List<CapacityStep> steps, LoadReport? baseline)
    {
        var rates = steps.Concat(baseline?.Capacity?.Steps ?? []).Select(step => step.OfferedRate).ToList();
        return Axis.Linear("offered, messages per second", Quantity.Count, rates.Max());
    }

    // A rate that was tried twice is one point of the curve.
    private static List<(double X, double? Y)> Mean(IReadOnlyList<CapacityStep> steps, Func<CapacityStep, double?> value) =>
        [.. steps.Where(step => value(step) is not null).GroupBy(step => step.OfferedRate).Select(group => (group.Key, group.Average(value)))];

    private static string Told(double? value, Quantity quantity) => value is { } known ? quantity.Write(known) : "–";
}
