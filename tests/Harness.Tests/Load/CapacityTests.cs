using System.Text.RegularExpressions;
using CoralMux.Harness.Load.Capacity;
using CoralMux.Harness.Load.Live;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Tests.Commands;
using Spectre.Console;

namespace CoralMux.Harness.Tests.Load;

public sealed partial class CapacityTests : IDisposable
{
    private readonly string _out = Directory.CreateTempSubdirectory("coralmux-capacity-").FullName;

    public void Dispose() => Directory.Delete(_out, recursive: true);

    [Fact]
    public async Task Search_RelayWithAKnee_FindsItToThePrecisionAndConfirmsTheLowerEnd()
    {
        var answer = (await SearchAsync((rate, _) => rate <= 3300)).Capacity!;

        Assert.InRange(answer.LowRate, 2900, 3300);
        Assert.InRange(answer.HighRate!.Value, 3300, 3700);
        Assert.True(answer.HighRate - answer.LowRate <= 0.1 * answer.HighRate);
        var last = answer.Steps[^1];
        Assert.Equal((SearchPhase.Confirmation, answer.LowRate, true), (last.Phase, last.OfferedRate, last.Passed));
    }

    /// <summary>What holds once and not again is no answer.</summary>
    [Fact]
    public async Task Search_StepThatHoldsOnlyOnce_IsNotTheAnswer()
    {
        var lucky = 0;
        var answer = (await SearchAsync((rate, _) => rate <= 1500 || (rate <= 3300 && ++lucky <= 3))).Capacity!;

        Assert.InRange(answer.LowRate, 1300, 1500);
        Assert.Contains(answer.Steps, step => step is { Phase: SearchPhase.Confirmation, Passed: false });
        Assert.True(answer.Steps[^1] is { Phase: SearchPhase.Confirmation, Passed: true });
    }

    [Fact]
    public async Task Search_NothingGivesWay_SaysSo()
    {
        var answer = (await SearchAsync((_, _) => true)).Capacity!;
        Assert.Equal((16_000, null, CapacityLimit.None), (answer.LowRate, answer.HighRate, answer.LimitedBy));
    }

    [Fact]
    public async Task Search_NothingIsSustained_EndsAndSaysSo()
    {
        var answer = (await SearchAsync((_, _) => false)).Capacity!;
        Assert.Equal(0, answer.LowRate);
        Assert.InRange(answer.HighRate!.Value, 1, 1000);
    }

    [Theory]
    [InlineData(CapacityLimit.Generator)]
    [InlineData(CapacityLimit.Errors)]
    [InlineData(CapacityLimit.RelayCpu)]
    [InlineData(CapacityLimit.Throughput)]
    [InlineData(CapacityLimit.Latency)]
    public async Task Search_SomethingGivesWay_SaysWhatItWas(CapacityLimit limit) =>
        Assert.Equal(limit, (await SearchAsync((rate, _) => rate <= 3300, limit)).Capacity!.LimitedBy);

    [Fact]
    public async Task View_WithoutATerminal_HasALineForEachStepWithWhatItDecided()
    {
        var lines = new StringWriter();
        var view = new CapacityView(LiveTerminal.WithoutTerminal(lines));

        var report = await view.RunAsync(() => SearchAsync((rate, _) => rate <= 3300, view: view));

        var written = lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(report.Capacity!.Steps.Count, written.Length);
        Assert.Matches(@"1 climb +1000/s +got +1000/s .*sustained; the capacity is above 1,000/s", written[0]);
        Assert.Contains("not sustained: It gave way.; the capacity is between 2,000/s and 4,000/s", written[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task View_OnATerminal_ShowsTheStepUnderWay()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor, Interactive = InteractionSupport.Yes,
        });
        console.Profile.Width = 200;
        var view = new CapacityView(new LiveTerminal(console, null));

        await view.RunAsync(() => SearchAsync(
            (rate, _) =>
            {
                view.Point(new LoadPoint { AtS = 3, WidthS = 1, Offered = rate, Achieved = rate, P99Us = 2100 });
                return rate <= 3300;
            },
            view: view));

        var text = AnsiCode().Replace(output.ToString(), "");
        Assert.Contains("1 climb", text, StringComparison.Ordinal);
        Assert.Contains("sustained; the capacity is above 1,000/s", text, StringComparison.Ordinal);
    }

    /// <summary>
    /// 120 a minute each, with a full bucket at each step: 4 pairs can send 480 and little more in the four seconds of a step,
    /// and then are refused.
    /// </summary>
    [Fact]
    public async Task Capacity_RelayThatRefusesFirst_AnswersAnIntervalAndErrors()
    {
        var report = await RunAsync(ratePhonePerMinute: 120, "--start", "32", "--max", "100000", "--precision", "0.6");

        var answer = report.Capacity!;
        Assert.SkipWhen(answer.LimitedBy == CapacityLimit.Generator, "This machine was too busy to drive 500 messages a second.");
        Assert.Equal(CapacityLimit.Errors, answer.LimitedBy);
        Assert.InRange(answer.LowRate, 1, 256);
        Assert.InRange(answer.HighRate!.Value, answer.LowRate, 512);
        Assert.Contains(answer.Steps, step => step is { Phase: SearchPhase.Confirmation, Passed: true } && step.OfferedRate == answer.LowRate);
        Assert.Contains(answer.Steps, step => !step.Passed && step.Errors > 0);
    }

    [Fact]
    public async Task Capacity_RelayThatBearsIt_AnswersAnIntervalWhoseLowerEndWasConfirmed()
    {
        var report = await RunAsync(ratePhonePerMinute: 100_000_000, "--start", "50", "--max", "100");

        var answer = report.Capacity!;
        Assert.SkipWhen(answer.LimitedBy == CapacityLimit.Generator, "This machine was too busy to drive 100 messages a second.");
        Assert.Equal((100, null, CapacityLimit.None), (answer.LowRate, answer.HighRate, answer.LimitedBy));
        Assert.Equal([SearchPhase.Climb, SearchPhase.Climb, SearchPhase.Confirmation], answer.Steps.Select(step => step.Phase));
        Assert.Equal(100, answer.Steps[^1].OfferedRate);
        Assert.InRange(answer.Steps[^1].AchievedRate, 90, 110);
    }

    [Fact]
    public async Task Capacity_RelayThatBreaksAnInvariant_ExitsOneAndReportsThatStep()
    {
        await using var relay = new SabotagedRelay(new Sabotage { MisrouteOneIn = 20 });

        var (code, output, error) = await Cli.RunAsync(
            "capacity", relay.Url, "--admin-key", "key", "--start", "50", "--max", "50", "--pairs", "4", "--duration", "2s", "--out", _out);

        Assert.True(code == 1, output + error);
        Assert.Contains("Invariant violated: isolation", error, StringComparison.Ordinal);
        var report = LoadReportFile.Read(Path.Combine(_out, "report.json"));
        Assert.Equal((1, LoadVerdict.Fail), (report.ExitCode, report.Verdict));
        Assert.NotEmpty(report.Invariants.Single(one => one.Name == Invariant.Isolation).Examples);
        Assert.NotNull(report.Capacity);
    }

    private async Task<LoadReport> RunAsync(int ratePhonePerMinute, params string[] arguments)
    {
        var profile = Path.Combine(_out, "profile.json");
        await File.WriteAllTextAsync(profile, $$"""
            {
              "name": "small", "title": "Small",
              "relay": { "ratePhonePerMinute": "{{ratePhonePerMinute}}", "dailyQuotaBytes": "1000000000000", "monthlyQuotaBytes": "1000000000000" },
              "scenarios": [
                {
                  "name": "chat", "pairs": 4, "messages": { "flow": "phone-to-agent" },
                  "loadSimulations": [ { "kind": "constant", "rate": 1, "durationMs": 2000 } ]
                }
              ],
              "thresholds": [ "errors == 0", "closes == 0" ]
            }
            """);
        var (code, output, error) = await Cli.RunAsync(["capacity", "--profile", profile, "--out", _out, .. arguments]);
        Assert.True(code is 0 or 4, output + error);
        return LoadReportFile.Read(Path.Combine(_out, "report.json"));
    }

    private static Task<LoadReport> SearchAsync(Func<double, int, bool> holds, CapacityLimit limit = CapacityLimit.Latency, CapacityView? view = null)
    {
        var number = 0;
        Task<LoadReport> StepAsync(double rate, CancellationToken _) => Task.FromResult(Step(rate, holds(rate, ++number), limit));
        var search = new CapacitySearch(StepAsync, startRate: 1000, highestRate: 16_000, precision: 0.1)
        {
            OnBegin = step => view?.StepBegins(step),
            OnStep = (step, known) => view?.StepEnded(step, known),
        };
        return search.RunAsync(TestContext.Current.CancellationToken);
    }

    private static LoadReport Step(double rate, bool passed, CapacityLimit limit)
    {
        var sample = LoadSample.Create();
        var throughput = !passed && limit == CapacityLimit.Throughput ? ThresholdResult.Missed : ThresholdResult.Met;
        var isBusy = !passed && limit == CapacityLimit.RelayCpu;
        var isOurs = !passed && limit == CapacityLimit.Generator;
        return sample with
        {
            Verdict = passed ? LoadVerdict.Pass : isOurs ? LoadVerdict.Invalid : LoadVerdict.Fail,
            Reasons = passed ? [] : ["It gave way."],
            Validity = new LoadValidity(!isOurs, []),
            Invariants = [],
            Thresholds = [new ThresholdOutcome("achieved/offered >= 0.99", throughput, 1, 0.99, Unit.Ratio)],
            Totals = new LoadTotals
            {
                Errors = !passed && limit == CapacityLimit.Errors ? new Dictionary<string, long> { ["RATE_LIMITED"] = 3 } : [],
                Scenarios = new Dictionary<string, ScenarioCounts>
                {
                    ["chat"] = new((long)rate, (long)rate, (long)rate, 0, new Dictionary<string, long>(), new Dictionary<string, long>()),
                },
            },
            Series =
            [
                new LoadPoint { AtS = 0, WidthS = 1, Offered = rate, Achieved = rate, RelayCpu = isBusy ? Environment.ProcessorCount : 0.1 },
            ],
        };
    }

    [GeneratedRegex("\u001b\\[[0-9;?]*[a-zA-Z]")]
    private static partial Regex AnsiCode();
}
