using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using Spectre.Console;

namespace CoralMux.Harness.Load.Live;

/// <summary>Shows a load run while it goes on: a picture on a terminal, else a line every few seconds.</summary>
internal sealed class LiveView(LiveTerminal terminal)
{
    private const double SecondsBetweenLines = 5;

    /// <param name="run">Gets the observers.</param>
    public async Task<T> RunAsync<T>(Func<IReadOnlyList<ILoadObserver>, Task<T>> run)
    {
        if (!terminal.IsInteractive)
            return await run(terminal.Lines is null ? [] : [new Observer(Lines(terminal.Lines))]);
        return await terminal.Console.Live(new Text("")).AutoClear(true)
            .StartAsync(context => run([new Observer(state => context.UpdateTarget(LivePicture.Draw(state)))]));
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

        public void Began(LoadProfile profile, LoadTarget target)
        {
            _state = new LiveState(profile, target);
            show(_state);
        }

        public void Point(LoadPoint point)
        {
            _state!.Add(point);
            show(_state);
        }
    }
}
