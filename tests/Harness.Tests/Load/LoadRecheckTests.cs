using CoralMux.Harness.Load.Compare;
using CoralMux.Harness.Load.Report;

namespace CoralMux.Harness.Tests.Load;

public sealed class LoadRecheckTests
{
    [Fact]
    public void Disagreements_OfAReportAsItWasWritten_AreNone() => Assert.Empty(LoadRecheck.Disagreements(Sound(), baseline: null));

    public static TheoryData<string, string> Edits => new()
    {
        { "p99", "p99 of one_way.service" },
        { "count", "count of one_way.service" },
        { "histogram", "cannot be read" },
        { "outcome", "says met with" },
        { "window", "which do not agree" },
        { "limit", "says its limit is" },
        { "dropped", "but the report does not" },
        { "verdict", "verdict says fail" },
        { "exit", "exitCode says 0" },
        { "valid", "validity.valid says true" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void Disagreements_OfAnEditedReport_NameWhatWasEdited(string edit, string expected)
    {
        var report = Sound();
        LoadReport First(LoadMetric metric) => report with { Metrics = [metric, .. report.Metrics.Skip(1)] };
        LoadReport Of(ThresholdOutcome outcome, LoadVerdict verdict = LoadVerdict.Pass) => report with { Thresholds = [outcome], Verdict = verdict };
        var edited = edit switch
        {
            "p99" => First(report.Metrics[0] with { P99Us = report.Metrics[0].P99Us / 2 }),
            "count" => First(report.Metrics[0] with { Count = 7 }),
            "histogram" => First(report.Metrics[0] with { Histogram = "HISTFAAAAAAA" }),
            "outcome" => Of(new ThresholdOutcome("one_way.service p99 < 10us", ThresholdResult.Met, 9, 10, Unit.Microseconds)),
            "window" => Of(new ThresholdOutcome("one_way p99 < 5ms over 10s for 3 windows", ThresholdResult.Met, 9_000, 5_000, Unit.Microseconds)),
            "limit" => Of(new ThresholdOutcome("one_way p99 < 5ms over 10s for 3 windows", ThresholdResult.Met, 4_000, 50_000, Unit.Microseconds)),
            "dropped" => Dropped(report),
            "verdict" => report with { Verdict = LoadVerdict.Fail, ExitCode = 1 },
            "exit" => LoadSample.Create(LoadVerdict.Fail) with { ExitCode = 0 },
            _ => report with { Validity = report.Validity with { Valid = true, Reasons = ["It lagged."] } },
        };

        Assert.Contains(LoadRecheck.Disagreements(edited, baseline: null), sentence => sentence.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Disagreements_OfADeltaThreshold_AreFoundWhereTheBaselineIsGiven()
    {
        var report = Sound() with { Thresholds = [new ThresholdOutcome("one_way.service p99 delta < 10%", ThresholdResult.Met, 0.02, 0.1, Unit.Ratio)] };

        Assert.Empty(LoadRecheck.Disagreements(report, baseline: null));
        var sentences = LoadRecheck.Disagreements(report, LoadSample.Create(LoadVerdict.Pass, 0.5));
        Assert.Contains(sentences, sentence => sentence.Contains("missed", StringComparison.Ordinal));
    }

    private static LoadReport Sound()
    {
        var report = LoadSample.Create(LoadVerdict.Pass);
        return report with { Thresholds = [report.Thresholds[0], new ThresholdOutcome("achieved/offered >= 0.99", ThresholdResult.Met, 1, 0.99, Unit.Ratio)] };
    }

    private static LoadReport Dropped(LoadReport report)
    {
        var profile = report.Config.Profile.DeepClone().AsObject();
        profile["thresholds"] = new System.Text.Json.Nodes.JsonArray("errors == 0");
        return report with { Config = report.Config with { Profile = profile } };
    }
}
