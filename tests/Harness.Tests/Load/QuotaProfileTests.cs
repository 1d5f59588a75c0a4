using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Profiles.Pairs.Load;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Tests.Commands;

namespace CoralMux.Harness.Tests.Load;

/// <summary>A month's quota: met where it can be reached, else neither a pass nor a failure.</summary>
public sealed class QuotaProfileTests : IDisposable
{
    private const long Reachable = 2_000_000;
    private const long OutOfReach = 1_000_000_000_000;
    private readonly string _directory = Directory.CreateTempSubdirectory("coralmux-quota-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("quota-monthly")]
    [InlineData("quota-daily")]
    public async Task Quota_ThatTheTimeDoesNotReach_IsNeitherPassNorFailureAndSaysHow(string profile)
    {
        var report = await RunAsync(profile, OutOfReach);

        Assert.Equal((LoadVerdict.Invalid, 4), (report.Verdict, report.ExitCode));
        var reason = Assert.Single(report.Validity.Reasons, reason => reason.Contains($"of {OutOfReach} bytes were moved", StringComparison.Ordinal));
        Assert.Contains("-monthly-quota", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuotaMonthly_RelayThatKeepsIt_HasEveryDecisionRight()
    {
        var report = await RunAsync("quota-monthly", Reachable);

        var score = Assert.Single(report.Decisions, one => one.Limit == "monthly-quota");
        Assert.Equal(0, score.Wrong);
        Assert.InRange(score.Right, 20, int.MaxValue);
        Assert.All(report.Thresholds, one => Assert.True(one.Outcome == ThresholdResult.Met, one.Reason));
    }

    /// <summary>It claims two megabytes and stops at one: a failure, although the claimed line was not reached.</summary>
    [Fact]
    public async Task QuotaMonthly_RelayThatStopsEarly_Fails()
    {
        var report = await RunAsync("quota-monthly", Reachable / 2, claimed: Reachable);
        Assert.Equal(ThresholdResult.Missed, Assert.Single(report.Thresholds, one => one.Text.EndsWith("wrong == 0", StringComparison.Ordinal)).Outcome);
        Assert.DoesNotContain(report.Validity.Reasons, reason => reason.Contains("was not reached", StringComparison.Ordinal));
    }

    [Fact]
    public async Task QuotaMonthly_TargetWhoseDayIsSmaller_Is4AndSaysHowToConfigureIt()
    {
        var target = Path.Combine(_directory, "target.json");
        await File.WriteAllTextAsync(target, """{ "url": "ws://127.0.0.1:9/ws", "adminKey": "key" }""", TestContext.Current.CancellationToken);

        var (code, output, error) = await Cli.RunAsync("load", "quota-monthly", "--target", target);

        Assert.True(code == 4, output + error);
        Assert.Contains("says nothing about this relay", error, StringComparison.Ordinal);
        Assert.Contains("-daily-quota 104857600 -monthly-quota 104857600", error, StringComparison.Ordinal);
    }

    private static async Task<LoadReport> RunAsync(string name, long quota, long? claimed = null)
    {
        var bytes = quota.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var profile = ProfileFile.Read(name);
        var settings = new RelaySettings(profile.Relay).With("dailyQuotaBytes", bytes).With("monthlyQuotaBytes", bytes).With("idleTimeoutMs", "60000");
        await using var relay = await ChildRelay.LaunchAsync(TestContext.Current.CancellationToken, settings);
        var limits = relay.Description.Limits with { DailyQuotaBytes = claimed ?? quota, MonthlyQuotaBytes = claimed ?? quota };
        using var target = Target.Create(relay.Description with { Limits = limits });
        var scaled = new ProfileScale(null, null, TimeSpan.FromSeconds(4), 90_000, Quick: true).Apply(profile);
        var run = new LoadRun(new LoadRunOptions(scaled, target, null, relay.ProcessId), new PairsLoadDriver(), TimeProvider.System);
        return await run.RunAsync(TestContext.Current.CancellationToken);
    }
}
