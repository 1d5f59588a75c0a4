using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CoralMux.Harness.Load.Live;

/// <summary>The picture of a running load on a terminal, and the same as a line for logs.</summary>
internal static class LivePicture
{
    /// <summary>With more lag than this the run will be invalid, and one may as well stop it.</summary>
    private const double WorryingLagUs = 10_000;

    public static IRenderable Draw(LiveState state)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        grid.AddRow(new Markup("[bold]load[/]"), new Markup($"[bold]{Markup.Escape(Visible.Line(state.Title))}[/] [grey]on[/] {Markup.Escape(Visible.Line(state.Target.Name))}"));
        grid.AddRow(new Markup("[grey]stage[/]"), new Markup($"{Markup.Escape(Visible.Line(state.Stage))} [grey]·[/] {Clock(state.Elapsed)} of {Clock(state.Planned)}, {Clock(state.Left)} left"));
        if (state.Last is not { } now)
            return grid;

        string Spark(Func<LoadPoint, double?> value) => $"[blue]{Sparkline.Of(state.Recent.Select(value))}[/]";
        grid.AddRow(new Markup("[grey]rate[/]"), new Markup($"{Quantity.PerSecond.Write(now.Offered)} offered, {Achieved(now)} achieved  {Spark(point => point.Achieved)}"));
        grid.AddRow(new Markup("[grey]response[/]"), new Markup($"p50 {Told(now.P50Us)}  p99 {Told(now.P99Us)}  {Spark(point => point.P99Us)}"));
        grid.AddRow(new Markup("[grey]service[/]"), new Markup($"p99 {Told(now.ServiceP99Us)}"));
        grid.AddRow(new Markup("[grey]errors[/]"), new Markup($"{(state.Errors > 0 ? $"[red]{Quantity.Count.Write(state.Errors)}[/]" : "0")}{Codes(now)}{(state.Closes > 0 ? $", {Quantity.Count.Write(state.Closes)} closed" : "")}"));
        grid.AddRow(new Markup("[grey]connections[/]"), new Markup(Quantity.Count.Write(now.Connections)));
        grid.AddRow(new Markup("[grey]relay[/]"), new Markup(now.RelayCpu is { } cpu ? $"{Quantity.Cores.Write(cpu)}, {(now.RelayRssBytes is { } rss ? Quantity.Bytes.Write(rss) : "–")}" : "[grey]not seen from here[/]"));
        grid.AddRow(new Markup("[grey]generator[/]"), new Markup($"{Quantity.Cores.Write(now.GeneratorCpu)}, lag p99 {(now.LagP99Us > WorryingLagUs ? $"[red]{Told(now.LagP99Us)}: too slow, the run will be invalid[/]" : Told(now.LagP99Us))}"));
        return grid;
    }

    public static string Line(LiveState state) => state.Last is not { } now
        ? $"load {Visible.Line(state.Title)}: {state.Stage}"
        : $"{Clock(state.Elapsed)}/{Clock(state.Planned)} {Visible.Line(state.Stage)}: offered {Quantity.PerSecond.Write(now.Offered)}, achieved {Quantity.PerSecond.Write(now.Achieved)}, p50 {Told(now.P50Us)}, p99 {Told(now.P99Us)}, errors {Quantity.Count.Write(state.Errors)}, connections {Quantity.Count.Write(now.Connections)}, lag p99 {Told(now.LagP99Us)}";

    private static string Achieved(LoadPoint now) => now.Achieved < now.Offered * 0.95 ? $"[yellow]{Quantity.PerSecond.Write(now.Achieved)}[/]" : Quantity.PerSecond.Write(now.Achieved);

    private static string Codes(LoadPoint now) => now.Errors.Count == 0 ? "" : $" [grey](now {Markup.Escape(string.Join(", ", now.Errors.Select(pair => $"{pair.Value} {Visible.Line(pair.Key)}")))})[/]";

    private static string Told(double? us) => us is { } known ? Quantity.Time.Write(known) : "–";

    private static string Clock(TimeSpan time) => time.TotalHours >= 1 ? time.ToString("h\\:mm\\:ss", System.Globalization.CultureInfo.InvariantCulture) : time.ToString("m\\:ss", System.Globalization.CultureInfo.InvariantCulture);
}
