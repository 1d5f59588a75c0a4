using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports.Html;
using CoralMux.Harness.Reports.Html.Charts;

namespace CoralMux.Harness.Load.Html;

/// <summary>The answer of <c>capacity</c>: the interval, what gave way, and every step that was tried.</summary>
internal static class CapacityChart
{
    private static readonly IReadOnlyList<(string Name, Func<CapacityStep, string> Cell)> Columns =
    [
        ("Offered", step => Quantity.PerSecond.Write(step.OfferedRate)),
        ("Achieved", step => Quantity.PerSecond.Write(step.AchievedRate)),
        ("p50", step => LoadWords.Write(step.P50Us, Quantity.Time)),
        ("p99", step => LoadWords.Write(step.P99Us, Quantity.Time)),
        ("p99 service", step => LoadWords.Write(step.ServiceP99Us, Quantity.Time)),
        ("Errors", step => Quantity.Count.Write(step.Errors)),
        ("Relay", step => LoadWords.Write(step.RelayCpu, Quantity.Cores)),
        ("Relay's memory", step => LoadWords.Write(step.RelayRssBytes, Quantity.Bytes)),
        ("Generator", step => Quantity.Cores.Write(step.GeneratorCpu)),
        ("Lag p99", step => LoadWords.Write(step.LagP99Us, Quantity.Time)),
    ];

    public static void Write(LoadReport report, LoadReport? baseline, TextWriter page)
    {
        if (report.Capacity is not { } capacity)
            return;
        var steps = capacity.Steps.OrderBy(step => step.OfferedRate).ToList();
        page.Write($"<section><h2>Capacity</h2><p class=\"answer\">It sustains <b>{LoadWords.Rates(capacity)}</b>: {LoadWords.Of(capacity.LimitedBy)}.</p>\n");
        if (baseline?.Capacity is { } former)
            page.Write($"<p class=\"soft\">The baseline: {LoadWords.Rates(former)}, {LoadWords.Of(former.LimitedBy)}.</p>\n");
        if (steps.Count > 0)
        {
            page.Write("<div class=\"charts\">");
            if (steps.Any(step => step.P99Us is not null))
                Knee(capacity, steps, baseline?.Capacity).Write(page);
            Throughput(capacity, steps).Write(page);
            page.Write("</div>");
            WriteSteps(capacity, page);
        }

        page.Write("</section>\n");
    }

    private static ChartFigure Knee(CapacityAnswer capacity, List<CapacityStep> steps, CapacityAnswer? former)
    {
        var all = steps.Concat(former?.Steps ?? []).ToList();
        var values = all.SelectMany(step => new[] { step.P50Us, step.P99Us }).OfType<double>().Where(value => value > 0).DefaultIfEmpty(1).ToList();
        List<(double, double?)> Marks(bool passed) =>
            [.. steps.Where(step => step.Passed == passed && step.P99Us is not null).Select(step => (step.OfferedRate, step.P99Us))];
        List<Line> lines =
        [
            new("p99, response time", 1, Mean(steps, step => step.P99Us)),
            new("p50, response time", 2, Mean(steps, step => step.P50Us)),
            new("step that passed", 3, Marks(true)) { IsMarks = true },
            new("step that failed", 4, Marks(false)) { IsMarks = true },
        ];
        if (former is { Steps.Count: > 0 })
            lines.Add(new Line("p99 of the baseline", 1, Mean([.. former.Steps.OrderBy(step => step.OfferedRate)], step => step.P99Us)) { IsBaseline = true });
        return new ChartFigure(
            "The knee",
            new Chart("Latency against offered rate", Across(all), Axis.Log("latency, log scale", Quantity.Time, values.Min(), values.Max()), lines)
            {
                Band = BandOf(capacity),
            },
            ["Offered", "p50", "p99", "Outcome"],
            [.. steps.Select(step => new ChartRow(step.OfferedRate, [.. Cells(step, "Offered", "p50", "p99"), step.Passed ? "passed" : "failed"]))])
        {
            Note = capacity.HighRate is null ? null
                : capacity.LimitedBy == CapacityLimit.Generator ? "Right of the shaded part the generator gave way: the relay's own knee was not seen."
                : "The shaded part is the answer: rates left of it were sustained, rates right of it were not.",
        };
    }

    private static ChartFigure Throughput(CapacityAnswer capacity, List<CapacityStep> steps)
    {
        var up = Axis.Linear("messages per second", Quantity.Count, steps.Max(step => Math.Max(step.OfferedRate, step.AchievedRate)));
        return new ChartFigure(
            "Offered and achieved, and what it cost",
            new Chart("Achieved against offered rate", Across(steps), up,
            [
                new Line("offered", 2, [.. steps.Select(step => (step.OfferedRate, (double?)step.OfferedRate))]),
                new Line("achieved", 1, Mean(steps, step => step.AchievedRate)),
            ])
            {
                Band = BandOf(capacity),
            },
            ["Offered", "Achieved", "Relay", "Generator"],
            [.. steps.Select(step => new ChartRow(step.OfferedRate, [.. Cells(step, "Offered", "Achieved", "Relay", "Generator")]))]);
    }

    private static void WriteSteps(CapacityAnswer capacity, TextWriter page)
    {
        page.Write("<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\">");
        page.Write("<caption>Every step, in the order in which it was tried</caption><thead><tr>");
        foreach (var name in Columns.Select(column => column.Name).Prepend("Outcome").Prepend("Step"))
            page.Write($"<th scope=\"col\">{name}</th>");
        page.Write("</tr></thead><tbody>");
        foreach (var step in capacity.Steps)
        {
            var outcome = step.Passed ? "<span class=\"pill pass\">✓ passed</span>" : "<span class=\"pill fail\">✗ failed</span>";
            page.Write($"<tr><th scope=\"row\">{step.Number} {Word.Of(step.Phase)}</th><td>{outcome}</td>");
            foreach (var (_, cell) in Columns)
                page.Write($"<td>{cell(step)}</td>");
            page.Write("</tr>");
        }

        page.Write("</tbody></table></div><ul class=\"gave-way\">");
        foreach (var step in capacity.Steps.Where(step => step.Reason is not null))
            page.Write($"<li>Step {step.Number}: {Markup.Line(step.Reason)}</li>");
        page.Write("</ul>\n");
    }

    private static IEnumerable<string> Cells(CapacityStep step, params string[] columns) =>
        columns.Select(name => Columns.First(column => column.Name == name).Cell(step));

    private static Band? BandOf(CapacityAnswer capacity) => capacity.HighRate is { } high ? new Band("capacity", capacity.LowRate, high) : null;

    private static Axis Across(IEnumerable<CapacityStep> steps) =>
        Axis.Linear("offered, messages per second", Quantity.Count, steps.Max(step => step.OfferedRate));

    // A rate that was tried twice is one point of the curve.
    private static List<(double X, double? Y)> Mean(IReadOnlyList<CapacityStep> steps, Func<CapacityStep, double?> value) =>
        [.. steps.Where(step => value(step) is not null).GroupBy(step => step.OfferedRate).Select(group => (group.Key, group.Average(value)))];
}
