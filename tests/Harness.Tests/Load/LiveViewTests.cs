using CoralMux.Harness.Load.Live;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using Spectre.Console;

namespace CoralMux.Harness.Tests.Load;

public sealed class LiveViewTests
{
    private static readonly LoadReport Run = LoadSample.Create();
    private static readonly LoadProfile Profile = ProfileFile.FromJson(Run.Config.Profile);

    [Fact]
    public void Picture_OfARunUnderWay_HasRatePercentilesErrorsStageAndTimeLeft()
    {
        var state = new LiveState(Profile, Run.Target);
        foreach (var point in Run.Series.Take(14))
            state.Add(point);
        var output = new StringWriter();
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No })
            .Write(LivePicture.Draw(state));

        var text = output.ToString();
        Assert.Contains("chat ramping (1 of 2)", text, StringComparison.Ordinal);
        Assert.Contains("0:14 of 1:00, 0:46 left", text, StringComparison.Ordinal);
        Assert.Contains("18,000/s offered", text, StringComparison.Ordinal);
        Assert.Contains("p50", text, StringComparison.Ordinal);
        Assert.Contains("RATE_LIMITED", text, StringComparison.Ordinal);
        Assert.Contains("▁", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutATerminal_WritesALineEveryFiveSeconds()
    {
        var lines = new StringWriter();
        await new LiveView(LiveTerminal.WithoutTerminal(lines)).RunAsync(Play);

        var written = lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(13, written.Length);
        Assert.Contains("0:06/1:00 chat ramping (1 of 2): offered 7,333/s", written[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnATerminal_DrawsAndLeavesNothingBehindButWhatItReturns()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor, Interactive = InteractionSupport.Yes,
        });

        Assert.Equal(7, await new LiveView(new LiveTerminal(console, null)).RunAsync(Play));
        Assert.Contains("offered", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhereDataIsAskedFor_HasNobodyLookingOn() =>
        Assert.Equal(0, await new LiveView(LiveTerminal.For(isSilent: true)).RunAsync(observers => Task.FromResult(observers.Count)));

    [Theory]
    [InlineData(new double[] { 0, 0 }, "▁▁")]
    [InlineData(new double[] { 0, 7, 14 }, "▁▅█")]
    public void Sparkline_OfValues_IsAsHighAsTheHighest(double[] values, string expected) =>
        Assert.Equal(expected, Sparkline.Of(values.Select(value => (double?)value)));

    private static Task<int> Play(IReadOnlyList<ILoadObserver> observers)
    {
        foreach (var observer in observers)
        {
            observer.Began(Profile, Run.Target);
            foreach (var point in Run.Series)
                observer.Point(point);
        }

        return Task.FromResult(7);
    }
}
