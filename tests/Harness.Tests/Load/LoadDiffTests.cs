using CoralMux.Harness.Load.Compare;
using CoralMux.Harness.Load.Histograms;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Tests.Load;

public sealed class LoadDiffTests
{
    private const double TenPercent = 0.1;

    [Fact]
    public void Between_SameReport_HasNothingButTheSame()
    {
        var report = LoadSample.Create(LoadVerdict.Pass);

        Assert.All(LoadDiff.Between(report, report, TenPercent).Changes, change => Assert.Equal(LoadChange.Same, change.Change));
    }

    [Theory]
    [InlineData(1.3, LoadChange.Worse)]
    [InlineData(1.05, LoadChange.Same)]
    [InlineData(0.7, LoadChange.Better)]
    public void Between_LatenciesMultiplied_SaysSoOfTheMedian(double factor, object expected)
    {
        var diff = LoadDiff.Between(LoadSample.Create(LoadVerdict.Pass), LoadSample.Create(LoadVerdict.Pass, factor), TenPercent);

        var median = Assert.Single(diff.Changes, change => change.Name == "Round trip, service time (chat) p50");
        Assert.Equal((LoadChange)expected, median.Change);
        Assert.Equal((LoadChange)expected == LoadChange.Worse, diff.IsWorse);
    }

    [Fact]
    public void Between_PercentileOfTooFewMeasurements_IsUnclearAndNotWorse()
    {
        var diff = LoadDiff.Between(LoadSample.Create(LoadVerdict.Pass), LoadSample.Create(LoadVerdict.Pass, 1.5), TenPercent);

        Assert.Equal(LoadChange.Unclear, Assert.Single(diff.Changes, change => change.Name == "First token, service time (chat) p99.9").Change);
    }

    [Fact]
    public void Between_NewViolationAndMissedThreshold_IsWorseWhateverTheShare()
    {
        var diff = LoadDiff.Between(LoadSample.Create(LoadVerdict.Pass), LoadSample.Create(LoadVerdict.Fail), share: 100);

        Assert.Contains(diff.Changes, change => change is { Name: "invariant order, violations", Change: LoadChange.Worse });
        const string threshold = "threshold not met: one_way{size=256} p99 < 5ms over 10s for 3 windows";
        Assert.Contains(diff.Changes, change => change is { Name: threshold, Change: LoadChange.Worse });
        Assert.True(diff.IsWorse);
    }

    [Fact]
    public void Between_MetricNoLongerMeasured_IsWorse()
    {
        var before = LoadSample.Create(LoadVerdict.Pass);
        var after = before with { Metrics = [.. before.Metrics.Where(metric => metric.Family != Family.Connect)] };

        var diff = LoadDiff.Between(before, after, TenPercent);

        Assert.Equal(2, diff.Changes.Count(change => change.Change == LoadChange.Gone));
        Assert.True(diff.IsWorse);
    }

    [Fact]
    public void Between_CapacityIntervalsThatOverlap_AreTheSame()
    {
        var before = LoadSample.Capacity();
        var overlapping = before with { Capacity = before.Capacity! with { LowRate = 8_000, HighRate = 11_500 } };
        var lower = before with { Capacity = before.Capacity! with { LowRate = 8_000, HighRate = 9_000 } };

        LoadChange Of(LoadReport after) =>
            LoadDiff.Between(before, after, TenPercent).Changes.Single(change => change.Name == "capacity, sustained").Change;
        Assert.Equal(LoadChange.Same, Of(overlapping));
        Assert.Equal(LoadChange.Worse, Of(lower));
        Assert.Equal(LoadChange.Same, Of(lower with { Capacity = lower.Capacity! with { LimitedBy = CapacityLimit.Generator } }));
    }

    [Fact]
    public async Task Markdown_OfAHostileReport_HasNoMarkupOfItsOwn()
    {
        var hostile = LoadSample.Create(LoadVerdict.Pass);
        hostile = hostile with { Thresholds = [hostile.Thresholds[0] with { Text = "<b>|x|</b>", Outcome = ThresholdResult.Missed }] };
        var output = new StringWriter();

        await LoadDiffReport.WriteMarkdownAsync(LoadDiff.Between(LoadSample.Create(LoadVerdict.Pass), hostile, TenPercent), [], output);

        Assert.DoesNotContain("<b>", output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("## ❌ Worse.", output.ToString(), StringComparison.Ordinal);
    }
}
