using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CoralMux.Harness.Load.Live;

/// <summary>The picture of a running load on a terminal, and the same as a line for logs.</summary>
internal static class LivePicture
{
    /// <summary>With more lag the run will be invalid, and one may as well stop it.</summary>
    private const double WorryingLagUs = 10_000;

    public static IRenderable Draw(LiveState state)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        void Row(string name, string markup) => grid.AddRow(new Markup($"[grey]{name}[/]"), new Markup(markup));
        grid.AddRow(new Markup("[bold]load[/]"), new Markup($"[bold]{Plain(state.Title)}[/] [grey]on[/] {Plain(state.Target.Name)}"));
        Row("stage", $"{Plain(state.Stage)} [grey]·[/] {Clock(state.Elapsed)} of {Clock(state.Planned)}, {Clock(state.Left)} left");
        if (state.Last is not { } now)
            return grid;

        string Spark(Func<LoadPoint, double?> value) => $"[blue]{Sparkline.Of(state.Recent.Select(value))}[/]";
        Row("rate", $"{Quantity.PerSecond.Write(now.Offered)} offered, {Achieved(now)} achieved  {Spark(point => point.Achieved)}");
        Row("response", $"p50 {Write(now.P50Us)}  p99 {Write(now.P99Us)}  {Spark(point => point.P99Us)}");
        Row("service", $"p99 {Write(now.ServiceP99Us)}");
        Row("errors", $"{Errors(state, now)}{(state.Closes > 0 ? $", {Quantity.Count.Write(state.Closes)} closed" : "")}");
        Row("connections", Quantity.Count.Write(now.Connections));
        Row("relay", now.RelayCpu is { } cpu ? $"{Quantity.Cores.Write(cpu)}, {Memory(now)}" : "[grey]not seen from here[/]");
        Row("generator", $"{Quantity.Cores.Write(now.GeneratorCpu)}, lag p99 {Lag(now)}");
        return grid;
    }

    public static string Line(LiveState state)
    {
        if (state.Last is not { } now)
            return $"load {Visible.Line(state.Title)}: {state.Stage}";
        var rates = $"offered {Quantity.PerSecond.Write(now.Offered)}, achieved {Quantity.PerSecond.Write(now.Achieved)}";
        var counts = $"errors {Quantity.Count.Write(state.Errors)}, connections {Quantity.Count.Write(now.Connections)}";
        return $"{Clock(state.Elapsed)}/{Clock(state.Planned)} {Visible.Line(state.Stage)}: "
            + $"{rates}, p50 {Write(now.P50Us)}, p99 {Write(now.P99Us)}, {counts}, lag p99 {Write(now.LagP99Us)}";
    }

    private static string Achieved(LoadPoint now)
    {
        var achieved = Quantity.PerSecond.Write(now.Achieved);
        return now.Achieved < now.Offered * 0.95 ? $"[yellow]{achieved}[/]" : achieved;
    }

    private static string Errors(LiveState state, LoadPoint now)
    {
        var codes = string.Join(", ", now.Errors.Select(pair => $"{pair.Value} {Visible.Line(pair.Key)}"));
        return (state.Errors > 0 ? $"[red]{Quantity.Count.Write(state.Errors)}[/]" : "0") + (codes.Length > 0 ? $" [grey](now {Markup.Escape(codes)})[/]" : "");
    }

    private static string Memory(LoadPoint now) => now.RelayRssBytes is { } rss ? Quantity.Bytes.Write(rss) : "–";

    private static string Lag(LoadPoint now) =>
        now.LagP99Us > WorryingLagUs ? $"[red]{Write(now.LagP99Us)}: too slow, the run will be invalid[/]" : Write(now.LagP99Us);

    private static string Write(double? us) => us is { } known ? Quantity.Time.Write(known) : "–";

    private static string Plain(string text) => Markup.Escape(Visible.Line(text));

    private static string Clock(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? "h\\:mm\\:ss" : "m\\:ss", CultureInfo.InvariantCulture);
}
