using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;
using CoralMux.Harness.Tests.Protocol;

namespace CoralMux.Harness.Tests.Load;

public sealed class ThresholdTests
{
    private static readonly MetricKey Key = new(Family.OneWay, Measure.Response, "chat", "phone-to-agent", "256");

    [Fact]
    public void Parse_TheIssuesExample_IsUnderstood()
    {
        var threshold = ThresholdParser.Parse("one_way{size=256} p99 < 5ms over 10s for 3 windows");
        Assert.Equal((Subject.Latency, Family.OneWay, Measure.Response), (threshold.Subject, threshold.Family, threshold.Measure));
        Assert.Equal((StatisticKind.Percentile, 99), (threshold.Statistic, threshold.Percentile));
        Assert.Equal((Comparison.Less, 5000, Unit.Microseconds), (threshold.Comparison, threshold.Limit, threshold.Unit));
        Assert.Equal((10, 3, false), (threshold.Over, threshold.Windows, threshold.Aborts));
        Assert.Equal("256", threshold.Labels["size"]);
    }

    [Theory]
    [InlineData("one_way p99 < 5")]
    [InlineData("one_wa p99 < 5ms")]
    [InlineData("one_way < 5ms")]
    [InlineData("one_way.speed p99 < 5ms")]
    [InlineData("one_way p99 5ms")]
    [InlineData("one_way p99 < 5 parsecs")]
    [InlineData("relay.rss slope < 1kB/s")]
    [InlineData("relay.rss slope < 5B/s over 10s")]
    [InlineData("errors{size=256} == 0")]
    [InlineData("relay.cpu{scenario=chat} < 1")]
    [InlineData("one_way p99 delta < 10% over 10s")]
    [InlineData("one_way p99 < 5ms abort")]
    [InlineData("decisions right >= 3 abort")]
    public void Parse_Nonsense_IsAUsageError(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => ThresholdParser.Parse(text)).ExitCode);

    [Fact]
    public void Parse_EveryProfilesThresholds_AreUnderstood() =>
        Assert.All(ProfileFile.Names, name => Assert.NotEmpty(ProfileFile.Read(name).Thresholds.Select(ThresholdParser.Parse)));

    [Theory]
    [InlineData("one_way p99 < 5ms over 2s for 2 windows", 1000, 4, ThresholdResult.Met)]
    [InlineData("one_way p99 < 5ms over 2s for 3 windows", 1000, 4, ThresholdResult.NotJudged)]
    [InlineData("one_way p99 < 5ms over 2s for 2 windows", 6000, 4, ThresholdResult.Missed)]
    [InlineData("one_way{scenario=other} p99 < 5ms over 2s", 1000, 4, ThresholdResult.NotJudged)]
    [InlineData("achieved/offered >= 0.99 over 2s", 1000, 4, ThresholdResult.Met)]
    [InlineData("achieved/offered{scenario=chat} > 1 over 2s", 1000, 4, ThresholdResult.Missed)]
    [InlineData("throughput >= 100/s over 1s for 4 windows", 1000, 4, ThresholdResult.Met)]
    public void Judge_Windows_EachMustHold(string text, long value, int seconds, ThresholdResult outcome)
    {
        var judge = new ThresholdJudge([ThresholdParser.Parse(text)], baseline: null);
        for (var second = 0; second < seconds; second++)
        {
            var histogram = new Histogram();
            histogram.Record(value);
            judge.Observe(new Interval(second, 1, new Dictionary<MetricKey, Histogram> { [Key] = histogram }, new Dictionary<string, ScenarioCounts>
            {
                ["chat"] = new(100, 100, 100, 1000, new Dictionary<string, long>(), new Dictionary<string, long>()),
            }));
        }

        Assert.Equal(outcome, Assert.Single(judge.Judge(Sample(), stoppedBy: null)).Outcome);
    }

    [Theory]
    [InlineData("errors == 0", ThresholdResult.Met)]
    [InlineData("errors{code=RATE_LIMITED} >= 1", ThresholdResult.Missed)]
    [InlineData("closes{code=1001} == 1", ThresholdResult.Met)]
    [InlineData("one_way p50 < 1s", ThresholdResult.Met)]
    [InlineData("one_way.service max < 1us", ThresholdResult.Missed)]
    [InlineData("round_trip p50 < 1s", ThresholdResult.NotJudged)]
    [InlineData("decisions wrong == 0", ThresholdResult.NotJudged)]
    [InlineData("relay.rss max < 200MB", ThresholdResult.Met)]
    [InlineData("relay.rss slope < 1MB/s", ThresholdResult.Met)]
    [InlineData("relay.rss slope < 1B/s", ThresholdResult.Missed)]
    [InlineData("one_way p99 delta < 10%", ThresholdResult.NotJudged)]
    public void Judge_WholeRun_ByItsReport(string text, ThresholdResult outcome)
    {
        Assert.Equal(outcome, Assert.Single(new ThresholdJudge([ThresholdParser.Parse(text)], baseline: null).Judge(Sample(), stoppedBy: null)).Outcome);
    }

    [Theory]
    [InlineData("errors{scenario=chat} == 0", ThresholdResult.Met)]
    [InlineData("errors{scenario=files,code=TIMEOUT} == 2", ThresholdResult.Met)]
    [InlineData("errors{scenario=files,code=RATE_LIMITED} >= 1", ThresholdResult.Missed)]
    [InlineData("closes{scenario=chat} == 1", ThresholdResult.Met)]
    [InlineData("closes{scenario=files} == 0", ThresholdResult.Met)]
    [InlineData("achieved/offered{scenario=files} >= 0.99", ThresholdResult.Missed)]
    [InlineData("achieved/offered{scenario=chat} >= 0.99", ThresholdResult.Met)]
    [InlineData("errors{scenario=nobody} == 0", ThresholdResult.NotJudged)]
    public void Judge_WholeRunOfAScenario_ByThatScenariosCounts(string text, ThresholdResult outcome)
    {
        var sample = Sample();
        sample = sample with
        {
            Totals = sample.Totals with
            {
                Errors = new Dictionary<string, long> { ["TIMEOUT"] = 2 },
                Scenarios = new Dictionary<string, ScenarioCounts>
                {
                    ["chat"] = new(100, 100, 200, 1000, new Dictionary<string, long>(), new Dictionary<string, long> { ["1001"] = 1 }),
                    ["files"] = new(100, 98, 98, 1000, new Dictionary<string, long> { ["TIMEOUT"] = 2 }, new Dictionary<string, long>()),
                },
            },
        };
        Assert.Equal(outcome, Assert.Single(new ThresholdJudge([ThresholdParser.Parse(text)], baseline: null).Judge(sample, stoppedBy: null)).Outcome);
    }

    [Fact]
    public void Of_ScenarioThatIsNotInTheProfile_IsAUsageError()
    {
        var profile = ProfileFile.Read("mixed-fleet");
        var exception = Assert.Throws<CommandException>(() => Threshold.Of(profile with { Thresholds = ["errors{scenario=chatt} == 0"] }));
        Assert.Equal(ExitCode.Usage, exception.ExitCode);
        Assert.Contains("did you mean 'chat'", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("errors == 0 abort", 1, true)]
    [InlineData("errors == 5 abort", 3, false)]
    [InlineData("errors == 5 abort", 6, true)]
    [InlineData("errors >= 5 abort", 0, null)]
    [InlineData("one_way max < 5ms abort", 5000, true)]
    [InlineData("one_way max < 5ms abort", 4999, false)]
    public void IsLost_OnlyWhatNothingCanRepair(string text, double value, bool? lost)
    {
        if (lost is { } expected)
            Assert.Equal(expected, ThresholdParser.Parse(text).IsLost(value));
        else
            Assert.Throws<CommandException>(() => ThresholdParser.Parse(text));
    }

    [Fact]
    public void Judge_Delta_ComparesWithTheBaseline()
    {
        var judge = new ThresholdJudge([ThresholdParser.Parse("one_way p99 delta < 10%"), ThresholdParser.Parse("one_way p99 delta < -10%")], Sample());
        Assert.Equal([ThresholdResult.Met, ThresholdResult.Missed], judge.Judge(Sample(), stoppedBy: null).Select(one => one.Outcome));
    }

    private static LoadReport Sample() => LoadReportFile.Read(Repository.At("schemas", "examples", "valid", "load-report", "pass.json"));
}
