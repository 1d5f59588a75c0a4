using CoralMux.Harness.Load.Report;
using Spectre.Console;

namespace CoralMux.Harness.Load.Live;

/// <summary>Shows a load run while it goes on: a picture on a terminal, else a line every few seconds.</summary>
/// <param name="lines">Where the lines go, or null: then nothing is shown but on a terminal.</param>
internal sealed class LiveView(IAnsiConsole console, TextWriter? lines)
{
    private const double SecondsBetweenLines = 5;

    /// <param name="isSilent">Somebody asked for data and nothing else.</param>
    public static LiveView On(bool isSilent) => isSilent
        ? new LiveView(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null), Interactive = InteractionSupport.No }), lines: null)
        : new LiveView(AnsiConsole.Console, Console.Error);

    /// <param name="run">Gets who looks on.</param>
    public async Task<T> RunAsync<T>(Func<IReadOnlyList<ILoadObserver>, Task<T>> run)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return await run(lines is null ? [] : [new Observer(Lines(lines))]);
        return await console.Live(new Text("")).AutoClear(true).StartAsync(context => run([new Observer(state => context.UpdateTarget(LivePicture.Draw(state)))]));
    }

    private static Action<LiveState> Lines(TextWriter lines)
    {
        var last = double.NegativeInfinity;
        return state =>
        {
            var at = state.Last?.AtS ?? double.NegativeInfinity;
            if (state.Last is not null && at - last < SecondsBetweenLines)
                return;
            last = at;
            lines.WriteLine(LivePicture.Line(state));
        };
    }

    private sealed class Observer(Action<LiveState> show) : ILoadObserver
    {
        private LiveState? _state;

        public void Began(LoadConfig config, LoadTarget target, TimeSpan planned)
        {
            _state = new LiveState(config, target, planned);
            show(_state);
        }

        public void Point(LoadPoint point)
        {
            _state!.Add(point);
            show(_state);
        }
    }
}
