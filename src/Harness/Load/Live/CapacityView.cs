using System.Globalization;
using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Reports.Html.Charts;
using Spectre.Console;

namespace CoralMux.Harness.Load.Live;

/// <summary>Shows a search for the capacity while it goes on: the step under way on a terminal, and a line for each step that ended.</summary>
/// <param name="lines">Where the lines go if there is no terminal, or null: nowhere.</param>
internal sealed class CapacityView(IAnsiConsole console, TextWriter? lines) : ILoadObserver
{
    private Action<string> _now = _ => { };
    private Action<string> _ended = line => lines?.WriteLine(line);
    private CapacityTry _step = new(0, "", 0, 0, null);

    /// <param name="isSilent">Somebody asked for data and nothing else.</param>
    public static CapacityView On(bool isSilent) => isSilent
        ? new CapacityView(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null), Interactive = InteractionSupport.No }), lines: null)
        : new CapacityView(AnsiConsole.Console, Console.Error);

    public async Task<T> RunAsync<T>(Func<Task<T>> search)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return await search();
        return await console.Status().StartAsync("capacity", context =>
        {
            _now = line => context.Status(Markup.Escape(Visible.Line(line)));
            _ended = line => console.WriteLine(Visible.Line(line));
            return search();
        });
    }

    public void StepBegins(CapacityTry step)
    {
        _step = step;
        _now($"step {step.Number}, {step.Phase}: {Quantity.PerSecond.Write(step.Rate)}, connecting; {Between(step)}");
    }

    public void StepEnded(CapacityStep step, CapacityTry known) => _ended(string.Create(CultureInfo.InvariantCulture,
        $"{step.Number,3} {step.Phase,-12} {step.OfferedRate,10:0}/s  got {step.AchievedRate,10:0}/s  p99 {Told(step.P99Us),9}  relay {step.RelayCpu,5:0.00}  generator {step.GeneratorCpu,5:0.00}  {(step.Passed ? "sustained" : $"not sustained: {step.Reason}")}; {Between(known)}"));

    public void Began(LoadConfig config, LoadTarget target, TimeSpan planned)
    {
    }

    public void Point(LoadPoint point)
    {
        if (point.Offered > 0)
            _now(string.Create(CultureInfo.InvariantCulture, $"step {_step.Number}, {_step.Phase}: {Quantity.PerSecond.Write(_step.Rate)} for {point.AtS + point.WidthS:0} s, got {Quantity.PerSecond.Write(point.Achieved)}, p99 {Told(point.P99Us)}; {Between(_step)}"));
    }

    private static string Between(CapacityTry known) =>
        $"it lies {(known.High is { } high ? $"between {Quantity.PerSecond.Write(known.Low)} and {Quantity.PerSecond.Write(high)}" : $"above {Quantity.PerSecond.Write(known.Low)}")}";

    private static string Told(double? us) => us is { } value ? Quantity.Time.Write(value) : "–";
}
