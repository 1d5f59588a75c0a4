using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Output;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Shards;

namespace CoralMux.Harness.Tests.Load;

public sealed class MergeTests : IDisposable
{
    private const int Shards = 4;
    private static readonly MetricKey Key = new(Family.OneWay, Measure.Response, "chat", "phone-to-agent", "256");
    private readonly string _root = Directory.CreateTempSubdirectory("coralmux-merge-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Merge_FourShards_HasTheVeryPercentilesOfOneProcess()
    {
        var whole = new Histogram();
        var directories = Write(whole: whole);

        var merged = LoadMerge.Merge(directories, baseline: null);

        var single = LoadMetric.Of(Key, whole);
        Assert.Equivalent(single, Assert.Single(merged.Metrics));
        Assert.Equal(single.Histogram, merged.Metrics[0].Histogram);
        Assert.Equal(4 * 1000, merged.Totals.Offered);
        Assert.Equal(ThresholdResult.Met, Assert.Single(merged.Thresholds).Outcome);
        Assert.Null(merged.Config.Shard);
    }

    [Fact]
    public void Merge_TwoShards_LogHasTheVeryPercentilesOfOneProcess()
    {
        var whole = new Histogram();
        var directories = WriteSeconds(shards: 2, seconds: 5, whole);
        var files = new LoadReportDirectory(Path.Combine(_root, "whole"));

        var merged = LoadMerge.Merge(directories, baseline: null, startedAt => new HistogramLog(files.HistogramLog, startedAt));

        var lines = HistogramLog.Read(files.HistogramLog).ToList();
        var sum = new Histogram();
        lines.ForEach(line => sum.Add(line.Histogram));
        Assert.Equal(HistogramCodec.Encode(whole), HistogramCodec.Encode(sum));
        Assert.All([50.0, 90, 99, 99.9, 99.99], percentile => Assert.Equal(whole.ValueAt(percentile), sum.ValueAt(percentile)));
        Assert.Equal([-2.5, 0, 1, 2, 3, 4], lines.Select(line => line.AtS));
        Assert.Equal(whole.ValueAt(99), merged.Metrics[0].P99Us);
    }

    /// <summary>In the third of five seconds, one shard's errors: together they are three, and only of the scenario "files".</summary>
    [Theory]
    [InlineData("errors{scenario=files} < 3 over 1s", ThresholdResult.Missed)]
    [InlineData("errors{scenario=files} <= 3 over 1s for 5 windows", ThresholdResult.Met)]
    [InlineData("errors{scenario=files,code=TIMEOUT} >= 1 over 5s", ThresholdResult.Met)]
    [InlineData("errors{scenario=chat} == 0 over 1s for 5 windows", ThresholdResult.Met)]
    [InlineData("errors{scenario=files} == 3", ThresholdResult.Met)]
    [InlineData("errors{scenario=chat} == 0", ThresholdResult.Met)]
    [InlineData("achieved/offered{scenario=files} >= 0.99 over 1s", ThresholdResult.Missed)]
    [InlineData("achieved/offered{scenario=chat} >= 0.99 over 1s for 5 windows", ThresholdResult.Met)]
    [InlineData("one_way{scenario=chat} p99 < 10s over 1s for 5 windows", ThresholdResult.Met)]
    public void Merge_ThresholdOfAScenario_IsJudgedByThatScenario(string threshold, ThresholdResult outcome)
    {
        var merged = LoadMerge.Merge(WriteSeconds(shards: 2, seconds: 5, new Histogram(), threshold), baseline: null);
        Assert.Equal(outcome, Assert.Single(merged.Thresholds).Outcome);
    }

    [Fact]
    public void Merge_LogThatIsNone_IsAUsageError()
    {
        var directories = WriteSeconds(shards: 2, seconds: 2, new Histogram());
        File.AppendAllText(Path.Combine(directories[1], "latency.hlog"), "Tag=one_way.response;scenario=chat,3.000\n");
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => LoadMerge.Merge(directories, baseline: null)).ExitCode);
    }

    [Fact]
    public void Merge_MissingShard_IsRefused() => Refused(Write()[..3], "Of 4 shards 3 is missing");

    [Fact]
    public void Merge_DoubledIndex_IsRefused()
    {
        var directories = Write();
        Refused([.. directories, directories[1]], "Shard 1 is there twice");
    }

    [Fact]
    public void Merge_OtherConfiguration_IsRefused() => Refused(WithThird(config => config with { Hash = new string('a', 64) }), "of another run");

    [Fact]
    public void Merge_LateStart_IsRefused() =>
        Refused(WithThird(config => config with { Shard = config.Shard! with { LateMs = 1500 } }), "1500 ms late");

    [Fact]
    public void Merge_WholeRun_IsRefused() => Refused(WithThird(config => config with { Shard = null }), "is a whole run");

    [Fact]
    public void Merge_InvalidShard_IsInvalid()
    {
        var directories = Write(change: (report, index) => index == 2 ? report with { Validity = new LoadValidity(false, ["It was slow."]) } : report);
        var merged = LoadMerge.Merge(directories, baseline: null);
        Assert.Equal((LoadVerdict.Invalid, 4), (merged.Verdict, merged.ExitCode));
        Assert.Contains("Shard 2: It was slow.", merged.Reasons);
    }

    [Theory]
    [InlineData("2/4", null, null, 2)]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX", "3", 3)]
    [InlineData("auto/4", "SLURM_ARRAY_TASK_ID", "0", 0)]
    [InlineData("auto/4", "PARALLEL_SEQ", "1", 0)]
    public void Parse_Shard_TakesItsIndex(string text, string? variable, string? value, int expected) =>
        Assert.Equal(expected, LoadShards.Parse(text, null, name => name == variable ? value : null)!.Index);

    [Theory]
    [InlineData("4/4")]
    [InlineData("-1/4")]
    [InlineData("auto/4")]
    [InlineData("one/4")]
    [InlineData("1")]
    public void Parse_NoShard_IsAUsageError(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => LoadShards.Parse(text, null, _ => null)).ExitCode);

    private static void Refused(string[] directories, string sentence)
    {
        var exception = Assert.Throws<CommandException>(() => LoadMerge.Merge(directories, baseline: null));
        Assert.Equal(ExitCode.Incomplete, exception.ExitCode);
        Assert.Contains(sentence, exception.Message, StringComparison.Ordinal);
    }

    private string[] WithThird(Func<LoadConfig, LoadConfig> change) =>
        Write(change: (report, index) => index == 2 ? report with { Config = change(report.Config) } : report);

    private static LoadConfig ConfigOf(LoadProfile profile, int index, int shards) => new()
    {
        Hash = ProfileFile.Hash(profile), Seed = 1, Profile = ProfileFile.ToJson(profile), Shard = new LoadShard(index, shards, null, 2),
    };

    private string[] WriteSeconds(int shards, int seconds, Histogram whole, params string[] thresholds)
    {
        var random = new Random(4);
        LoadSimulation[] simulations = [new(SimulationKind.Constant, seconds * 1000) { Rate = 1 }];
        ScenarioProfile Scenario(string name) => new() { Name = name, Pairs = 8, LoadSimulations = simulations };
        var profile = new LoadProfile { Name = "two", Title = "Two", Scenarios = [Scenario("chat"), Scenario("files")], Thresholds = thresholds };
        return [.. Enumerable.Range(0, shards).Select(index =>
        {
            var files = new LoadReportDirectory(Path.Combine(_root, $"second-{index}"));
            var own = new Histogram();
            var points = new List<LoadPoint>();
            using (var log = new HistogramLog(files.HistogramLog, DateTimeOffset.UnixEpoch))
            {
                for (var second = -1; second < seconds; second++)
                {
                    var histogram = new Histogram();
                    for (var i = 0; i < 500; i++)
                    {
                        var value = (long)Math.Exp(random.NextDouble() * 12);
                        histogram.Record(value);
                        whole.Record(value);
                    }

                    own.Add(histogram);
                    // Each took another time to connect, and no second begins where it should to the microsecond.
                    log.Write(second < 0 ? -1.5 - index : second, 1, new Dictionary<MetricKey, Histogram> { [Key] = histogram });
                    var counts = Counts(second == 2 ? 1 + index : 0);
                    if (second >= 0)
                        points.Add(new LoadPoint { AtS = second + 0.004 * index, WidthS = 1, Offered = 1000, Achieved = 1000, Scenarios = counts });
                }
            }

            files.Write(new LoadReport
            {
                Suite = new LoadSuite("0.1.0", new string('0', 64)),
                Verdict = LoadVerdict.Pass,
                ExitCode = 0,
                Validity = new LoadValidity(true, []),
                Config = ConfigOf(profile, index, shards),
                Target = new LoadTarget("relay", null, false),
                StartedAt = DateTimeOffset.UnixEpoch,
                DurationMs = seconds * 1000,
                Totals = new LoadTotals
                {
                    Offered = 1000, Sent = 1000, Delivered = 1000, AchievedRatio = 1, Scenarios = ScenarioCounts.Sum(points.Select(point => point.Scenarios)),
                },
                Metrics = [LoadMetric.Of(Key, own)],
                Series = points,
            });
            return Path.Combine(_root, $"second-{index}");
        })];

        static Dictionary<string, long> TimeOuts(int count) => count > 0 ? new() { ["TIMEOUT"] = count } : [];
        static Dictionary<string, ScenarioCounts> Counts(int errors) => new()
        {
            ["chat"] = new(100, 100, 100, 1000, new Dictionary<string, long>(), new Dictionary<string, long>()),
            ["files"] = new(100, 100 - 10 * errors, 100 - 10 * errors, 1000, TimeOuts(errors), new Dictionary<string, long>()),
        };
    }

    private string[] Write(Histogram? whole = null, Func<LoadReport, int, LoadReport>? change = null)
    {
        var random = new Random(3);
        var profile = new LoadProfile
        {
            Name = "chat",
            Title = "Chat",
            Scenarios = [new ScenarioProfile { Name = "chat", Pairs = 8, LoadSimulations = [new LoadSimulation(SimulationKind.Constant, 1000) { Rate = 1 }] }],
            Thresholds = ["one_way p99 < 10s over 1s for 1 windows"],
        };
        return [.. Enumerable.Range(0, Shards).Select(index =>
        {
            var histogram = new Histogram();
            for (var i = 0; i < 1000; i++)
            {
                var value = (long)Math.Exp(random.NextDouble() * 12);
                histogram.Record(value);
                whole?.Record(value);
            }

            var report = new LoadReport
            {
                Suite = new LoadSuite("0.1.0", new string('0', 64)),
                Verdict = LoadVerdict.Pass,
                ExitCode = 0,
                Validity = new LoadValidity(true, []),
                Config = ConfigOf(profile, index, Shards),
                Target = new LoadTarget("relay", null, false),
                StartedAt = DateTimeOffset.UnixEpoch,
                DurationMs = 1000,
                Totals = new LoadTotals { Offered = 1000, Sent = 1000, Delivered = 1000, AchievedRatio = 1 },
                Metrics = [LoadMetric.Of(Key, histogram)],
                Series = [new LoadPoint { AtS = 0, WidthS = 1, Offered = 1000, Achieved = 1000 }],
            };
            var directory = Path.Combine(_root, $"shard-{index}");
            var files = new LoadReportDirectory(directory);
            using (var log = new HistogramLog(files.HistogramLog, DateTimeOffset.UnixEpoch))
                log.Write(0, 1, new Dictionary<MetricKey, Histogram> { [Key] = histogram });
            files.Write(change?.Invoke(report, index) ?? report);
            return directory;
        })];
    }
}
