using CoralMux.Harness.Commands;
using CoralMux.Harness.Load;
using CoralMux.Harness.Load.Engine;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Tests.Load;

public sealed class MergeTests : IDisposable
{
    private const int Shards = 4;
    private static readonly MetricKey Key = new("one_way", "response", "chat", "phone-to-agent", "256");
    private readonly string _root = Directory.CreateTempSubdirectory("coralmux-merge-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Merge_FourShards_HasTheVeryPercentilesOfOneProcess()
    {
        var whole = new Histogram();
        var directories = Write(whole: whole);

        var merged = LoadMerge.Merge(directories, baseline: null);

        var single = RunRecorder.MetricOf(Key, whole);
        Assert.Equivalent(single, Assert.Single(merged.Metrics));
        Assert.Equal(single.Histogram, merged.Metrics[0].Histogram);
        Assert.Equal(4 * 1000, merged.Totals.Offered);
        Assert.Equal("met", Assert.Single(merged.Thresholds).Outcome);
        Assert.Null(merged.Config.Shard);
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
    public void Merge_OtherConfiguration_IsRefused() => Refused(Write(change: (report, index) => index == 2 ? report with { Config = report.Config with { Hash = new string('a', 64) } } : report), "of another run");

    [Fact]
    public void Merge_LateStart_IsRefused() =>
        Refused(Write(change: (report, index) => index == 2 ? report with { Config = report.Config with { Shard = report.Config.Shard! with { LateMs = 1500 } } } : report), "1500 ms late");

    [Fact]
    public void Merge_WholeRun_IsRefused() => Refused(Write(change: (report, index) => index == 2 ? report with { Config = report.Config with { Shard = null } } : report), "is a whole run");

    [Fact]
    public void Merge_InvalidShard_IsInvalid()
    {
        var directories = Write(change: (report, index) => index == 2 ? report with { Validity = new LoadValidity(false, ["It was slow."]) } : report);
        var merged = LoadMerge.Merge(directories, baseline: null);
        Assert.Equal(("invalid", 4), (merged.Verdict, merged.ExitCode));
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

    private string[] Write(Histogram? whole = null, Func<LoadReport, int, LoadReport>? change = null)
    {
        var random = new Random(3);
        var profile = new LoadProfile
        {
            Name = "chat",
            Title = "Chat",
            Scenarios = [new ScenarioProfile { Name = "chat", Pairs = 8, LoadSimulations = [new LoadSimulation("constant", 1000) { Rate = 1 }] }],
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
                Verdict = "pass",
                ExitCode = 0,
                Validity = new LoadValidity(true, []),
                Config = new LoadConfig { Hash = ProfileFile.Hash(profile), Seed = 1, Profile = ProfileFile.ToJson(profile), Shard = new LoadShard(index, Shards, null, 2) },
                Target = new LoadTarget("relay", null, false),
                StartedAt = DateTimeOffset.UnixEpoch,
                DurationMs = 1000,
                Totals = new LoadTotals { Offered = 1000, Sent = 1000, Delivered = 1000, AchievedRatio = 1 },
                Metrics = [RunRecorder.MetricOf(Key, histogram)],
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
