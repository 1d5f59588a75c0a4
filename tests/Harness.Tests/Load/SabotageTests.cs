using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Report;
using CoralMux.Harness.Load.Running;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles.Pairs.Load;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Tests.Load;

/// <summary>
/// Each profile, in a form even shorter than its quick one, against a relay that breaks what the profile has to notice; and
/// against a relay that breaks nothing.
/// </summary>
public sealed class SabotageTests
{
    private const long SmallQuota = 2_000_000;

    public static TheoryData<string, string> Sabotages => new()
    {
        { "payload-5mb", "identity" },
        { "rate-phone-30", "decisions{limit=rate-phone} wrong == 0" },
        { "rate-agent-120", "decisions{limit=rate-agent} wrong == 0" },
        { "quota-daily", "decisions{limit=daily-quota} wrong == 0" },
        { "quota-monthly", "decisions{limit=monthly-quota} wrong == 0" },
        { "token-stream", "token_gap p99 < 200ms" },
        { "token-stream-limited", "decisions{limit=rate-agent} wrong == 0" },
        { "chat-realistic", "decryption" },
        { "connect-storm", "errors == 0" },
        { "reconnect-churn", "errors == 0" },
        { "idle-fleet", "relay.rss per_session < 128KiB" },
        { "mixed-fleet", "isolation" },
        { "slow-readers", "order" },
        { "soak", "delivery" },
        { "noisy-neighbour", "one_way{scenario=others} p99 < 200ms" },
        { "steady", "delivery" },
    };

    public static TheoryData<string> Profiles => [.. ProfileFile.Names];

    [Theory]
    [MemberData(nameof(Sabotages))]
    public async Task Profile_SabotagedRelay_FailsByWhatItIsThereFor(string profile, string noticedBy)
    {
        var report = await RunAsync(profile, SabotageOf(profile));

        Assert.NotEqual(LoadVerdict.Pass, report.Verdict);
        var missed = report.Thresholds.Where(one => one.Outcome == ThresholdResult.Missed).Select(one => one.Text);
        var broken = report.Invariants.Where(one => one.Violations > 0).Select(one => Word.Of(one.Name)).ToList();
        Assert.Contains(noticedBy, missed.Concat(broken));
        Assert.All(report.Invariants.Where(one => one.Violations > 0), one => Assert.NotEmpty(one.Examples[0].Transcript));
        if (broken.Count > 0)
            Assert.Equal(1, report.ExitCode);
    }

    [Fact]
    public void Sabotages_EveryProfile_HasOne() => Assert.Equal(ProfileFile.Names.Order(), Sabotages.Select(row => row.Data.Item1).Order());

    /// <summary>The positive control: what the sabotaged relay does without a sabotage breaks no invariant and loses nothing.</summary>
    [Theory]
    [InlineData("steady")]
    [InlineData("chat-realistic")]
    [InlineData("payload-5mb")]
    public async Task Profile_RelayWithoutSabotage_BreaksNothing(string profile)
    {
        var report = await RunAsync(profile, new Sabotage());

        Assert.All(report.Invariants, one => Assert.Equal(0, one.Violations));
        Assert.NotEqual(0, report.Totals.Delivered);
        Assert.Equal(report.Totals.Offered, report.Totals.Delivered);
    }

    private static Sabotage SabotageOf(string profile) => profile switch
    {
        "payload-5mb" => new Sabotage { CorruptOneIn = 3 },
        "quota-daily" or "quota-monthly" => new Sabotage { DailyQuota = SmallQuota },
        "token-stream" => new Sabotage { HoldBack = TimeSpan.FromMilliseconds(250) },
        "chat-realistic" => new Sabotage { CorruptOneIn = 8 },
        "connect-storm" => new Sabotage { RefuseConnectionOneIn = 7 },
        "reconnect-churn" => new Sabotage { RefuseConnectionOneIn = 9 },
        "idle-fleet" => new Sabotage { LeakBytesPerConnection = 200_000 },
        "mixed-fleet" => new Sabotage { MisrouteOneIn = 5 },
        "slow-readers" => new Sabotage { SwapOneIn = 11 },
        "steady" => new Sabotage { LoseOneIn = 11 },
        "soak" => new Sabotage { DoubleOneIn = 5 },
        "noisy-neighbour" => new Sabotage { HoldBack = TimeSpan.FromMilliseconds(300) },
        _ => new Sabotage(),
    };

    private static async Task<LoadReport> RunAsync(string name, Sabotage sabotage)
    {
        await using var relay = new SabotagedRelay(sabotage);
        var isQuota = name.StartsWith("quota", StringComparison.Ordinal);
        int? pairs = name switch { "idle-fleet" => 40, "mixed-fleet" => 30, _ => null };
        var duration = TimeSpan.FromSeconds(name is "token-stream-limited" ? 8 : 4);
        var profile = new ProfileScale(pairs, null, duration, isQuota ? 100_000 : null, Quick: true).Apply(ProfileFile.Read(name));
        using var target = Target.Create(new TargetDescription
        {
            Url = relay.Url, AdminKey = "key",
            Limits = new TargetLimits { DailyQuotaBytes = SmallQuota, MonthlyQuotaBytes = isQuota ? SmallQuota : long.MaxValue / 2 },
        });
        var run = new LoadRun(new LoadRunOptions(profile, target, relay.Url, relay.ProcessId), new PairsLoadDriver(), TimeProvider.System);
        return await run.RunAsync(TestContext.Current.CancellationToken);
    }
}
