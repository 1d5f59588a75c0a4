using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Thresholds;
using CoralMux.Harness.Tests.Protocol;

namespace CoralMux.Harness.Tests.Load;

public sealed class ThresholdTests
{
    private static readonly MetricKey Key = new("one_way", "response", "chat", "phone-to-agent", "256");

    [Fact]
    public void Parse_TheIssuesExample_IsUnderstood()
    {
        var threshold = Threshold.Parse("one_way{size=256} p99 < 5ms over 10s for 3 windows");
        Assert.Equal(("one_way", "response", "p99", "<", 5000, "us", 10, 3, false), (threshold.Subject, threshold.Measure, threshold.Statistic, threshold.Operator, threshold.Limit, threshold.Unit, threshold.Over, threshold.Windows, threshold.Aborts));
        Assert.Equal("256", threshold.Labels["size"]);
    }

    [Theory]
    [InlineData("one_way p99 < 5")]
    [InlineData("one_wa p99 < 5ms")]
    [InlineData("one_way < 5ms")]
    [InlineData("one_way.speed p99 < 5ms")]
    [InlineData("one_way p99 5ms")]
    [InlineData("one_way p99 < 5 parsecs")]
    [InlineData("relay.rss slope < 5B/s over 10s")]
    [InlineData("errors{size=256} == 0")]
    [InlineData("relay.cpu{scenario=chat} < 1")]
    [InlineData("one_way p99 delta < 10% over 10s")]
    [InlineData("one_way p99 < 5ms abort")]
    [InlineData("decisions right >= 3 abort")]
    public void Parse_Nonsense_IsAUsageError(string text) => Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => Threshold.Parse(text)).ExitCode);

    [Fact]
    public void Parse_EveryProfilesThresholds_AreUnderstood() =>
        Assert.All(ProfileFile.Names, name => Assert.NotEmpty(ProfileFile.Read(name).Thresholds.Select(Threshold.Parse)));

    [Theory]
    [InlineData("one_way p99 < 5ms over 2s for 2 windows", 1000, 4, "met")]
    [InlineData("one_way p99 < 5ms over 2s for 3 windows", 1000, 4, "not-judged")]
    [InlineData("one_way p99 < 5ms over 2s for 2 windows", 6000, 4, "missed")]
    [InlineData("one_way{scenario=other} p99 < 5ms over 2s", 1000, 4, "not-judged")]
    [InlineData("achieved/offered >= 0.99 over 2s", 1000, 4, "met")]
    [InlineData("achieved/offered{scenario=chat} > 1 over 2s", 1000, 4, "missed")]
    [InlineData("throughput >= 100/s over 1s for 4 windows", 1000, 4, "met")]
    public void Judge_Windows_EachMustHold(string text, long value, int seconds, string outcome)
    {
        var judge = new ThresholdJudge([Threshold.Parse(text)], baseline: null);
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
    [InlineData("errors == 0", "met")]
    [InlineData("errors{code=RATE_LIMITED} >= 1", "missed")]
    [InlineData("closes{code=1001} == 1", "met")]
    [InlineData("one_way p50 < 1s", "met")]
    [InlineData("one_way.service max < 1us", "missed")]
    [InlineData("round_trip p50 < 1s", "not-judged")]
    [InlineData("decisions wrong == 0", "not-judged")]
    [InlineData("relay.rss max < 200MB", "met")]
    [InlineData("relay.rss slope < 1kB/s", "not-a-unit")]
    [InlineData("relay.rss slope < 1MB/s", "met")]
    [InlineData("relay.rss slope < 1B/s", "missed")]
    [InlineData("one_way p99 delta < 10%", "not-judged")]
    public void Judge_WholeRun_ByItsReport(string text, string outcome)
    {
        if (outcome == "not-a-unit")
        {
            Assert.Throws<CommandException>(() => Threshold.Parse(text));
            return;
        }

        Assert.Equal(outcome, Assert.Single(new ThresholdJudge([Threshold.Parse(text)], baseline: null).Judge(Sample(), stoppedBy: null)).Outcome);
    }

    [Theory]
    [InlineData("errors{scenario=chat} == 0", "met")]
    [InlineData("errors{scenario=files,code=TIMEOUT} == 2", "met")]
    [InlineData("errors{scenario=files,code=RATE_LIMITED} >= 1", "missed")]
    [InlineData("closes{scenario=chat} == 1", "met")]
    [InlineData("closes{scenario=files} == 0", "met")]
    [InlineData("achieved/offered{scenario=files} >= 0.99", "missed")]
    [InlineData("achieved/offered{scenario=chat} >= 0.99", "met")]
    [InlineData("errors{scenario=nobody} == 0", "not-judged")]
    public void Judge_WholeRunOfAScenario_ByThatScenariosCounts(string text, string outcome)
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
        Assert.Equal(outcome, Assert.Single(new ThresholdJudge([Threshold.Parse(text)], baseline: null).Judge(sample, stoppedBy: null)).Outcome);
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
    public void IsLost_OnlyWhatCanNoLongerBeMended(string text, double value, bool? lost)
    {
        if (lost is { } expected)
            Assert.Equal(expected, Threshold.Parse(text).IsLost(value));
        else
            Assert.Throws<CommandException>(() => Threshold.Parse(text));
    }

    [Fact]
    public void Judge_Delta_ComparesWithTheBaseline()
    {
        var judge = new ThresholdJudge([Threshold.Parse("one_way p99 delta < 10%"), Threshold.Parse("one_way p99 delta < -10%")], Sample());
        Assert.Equal(["met", "missed"], judge.Judge(Sample(), stoppedBy: null).Select(one => one.Outcome));
    }

    private static LoadReport Sample() => LoadReportFile.Read(Repository.At("schemas", "examples", "valid", "load-report", "pass.json"));
}
