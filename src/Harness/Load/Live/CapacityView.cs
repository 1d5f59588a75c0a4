using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Capacity;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Reports.Html.Charts;
using Spectre.Console;

namespace CoralMux.Harness.Load.Live;

/// <summary>Shows a search for the capacity while it goes on: the current step on a terminal, and a line for each step that ended.</summary>
internal sealed class CapacityView(LiveTerminal terminal) : ILoadObserver
{
    private Action<string> _now = _ => { };
    private Action<string> _ended = line => terminal.Lines?.WriteLine(line);
    private CapacityTry _step = new(0, SearchPhase.Climb, 0, 0, null);

    public async Task<T> RunAsync<T>(Func<Task<T>> search)
    {
        if (!terminal.IsInteractive)
            return await search();
        return await terminal.Console.Status().StartAsync("capacity", context =>
        {
            _now = line => context.Status(Markup.Escape(Visible.Line(line)));
            _ended = line => terminal.Console.WriteLine(Visible.Line(line));
            return search();
        });
    }

    public void StepBegins(CapacityTry step)
    {
        _step = step;
        _now($"{Name(step)}, connecting; {Between(step)}");
    }

    public void StepEnded(CapacityStep step, CapacityTry known)
    {
        var rates = string.Create(CultureInfo.InvariantCulture, $"{step.OfferedRate,10:0}/s  got {step.AchievedRate,10:0}/s  p99 {Write(step.P99Us),9}");
        var cost = string.Create(CultureInfo.InvariantCulture, $"relay {step.RelayCpu,5:0.00}  generator {step.GeneratorCpu,5:0.00}");
        var outcome = step.Passed ? "sustained" : $"not sustained: {step.Reason}";
        _ended($"{step.Number,3} {Word.Of(step.Phase),-12} {rates}  {cost}  {outcome}; {Between(known)}");
    }

    public void Began(LoadProfile profile, LoadTarget target)
    {
    }

    public void Point(LoadPoint point)
    {
        var seconds = (point.AtS + point.WidthS).ToString("0", CultureInfo.InvariantCulture);
        if (point.Offered > 0)
            _now($"{Name(_step)} for {seconds} s, got {Quantity.PerSecond.Write(point.Achieved)}, p99 {Write(point.P99Us)}; {Between(_step)}");
    }

    private static string Name(CapacityTry step) => $"step {step.Number}, {Word.Of(step.Phase)}: {Quantity.PerSecond.Write(step.Rate)}";

    private static string Between(CapacityTry known)
    {
        var low = Quantity.PerSecond.Write(known.Low);
        return known.High is { } high ? $"the capacity is between {low} and {Quantity.PerSecond.Write(high)}" : $"the capacity is above {low}";
    }

    private static string Write(double? us) => us is { } value ? Quantity.Time.Write(value) : "–";
}
