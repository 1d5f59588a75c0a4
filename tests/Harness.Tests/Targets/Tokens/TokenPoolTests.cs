using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Tests.Targets.Tokens;

public sealed class TokenPoolTests
{
    private static readonly TargetLimits Limits = new() { RatePhonePerMinute = 30, RateAgentPerMinute = 120 };

    private readonly StillClock _clock = new();

    [Fact]
    public async Task Take_AfterABurst_WaitsUntilItsBucketIsFullAgain()
    {
        var pool = new TokenPool(["one"], "given by hand", Limits, _clock);
        var waits = new List<TimeSpan>();
        pool.Waits += waits.Add;
        var lease = await pool.TakeAsync(held: 0, TestContext.Current.CancellationToken);
        for (var i = 0; i < 30; i++)
            lease.Use.Count(Role.Phone);
        pool.Return(lease, usedBytes: 1, spoiled: null);
        _clock.Advance(TimeSpan.FromSeconds(20));

        var taking = pool.TakeAsync(held: 0, TestContext.Current.CancellationToken);
        Assert.False(taking.IsCompleted);
        Assert.Equal(40, Assert.Single(waits).TotalSeconds, precision: 3);
        _clock.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal("one", (await taking).Value);
    }

    [Theory]
    [InlineData(Role.Phone, 3, 6)]
    [InlineData(Role.Agent, 3, 1.5)]
    [InlineData(Role.Phone, 300, 60)]
    public void UntilFull_OfWhatWasSent_IsWhatTheRateTakes(Role role, int messages, double seconds)
    {
        var use = new TokenUse();
        for (var i = 0; i < messages; i++)
            use.Count(role);
        Assert.Equal(seconds, use.UntilFull(Limits).TotalSeconds, precision: 3);
    }

    /// <summary>A message may take a minute to send; the relay charges for it when it has the whole.</summary>
    [Fact]
    public async Task Return_LongAfterAMessageWasBegun_StillWaitsForIt()
    {
        var pool = new TokenPool(["one"], "given by hand", Limits, _clock);
        var lease = await pool.TakeAsync(held: 0, TestContext.Current.CancellationToken);
        lease.Use.Count(Role.Phone);
        _clock.Advance(TimeSpan.FromSeconds(105));
        pool.Return(lease, usedBytes: 1, spoiled: null);
        Assert.Equal(2, Assert.Single(pool.UntilFull()).TotalSeconds, precision: 3);
    }

    [Fact]
    public async Task Take_OfSeveral_PrefersTheOneThatIsSoonestFull()
    {
        var pool = new TokenPool(["one", "two"], "given by hand", Limits, _clock);
        var first = await pool.TakeAsync(held: 0, TestContext.Current.CancellationToken);
        first.Use.Count(Role.Phone);
        pool.Return(first, usedBytes: null, spoiled: null);
        Assert.Equal("two", (await pool.TakeAsync(held: 0, TestContext.Current.CancellationToken)).Value);
    }

    [Fact]
    public async Task Take_OfMoreThanThereAre_IsNotRunAndSaysHowMany()
    {
        var pool = new TokenPool(["one"], "given by hand", Limits, _clock);
        await pool.TakeAsync(held: 0, TestContext.Current.CancellationToken);
        var exception = await Assert.ThrowsAsync<NotRunException>(() => pool.TakeAsync(held: 1, TestContext.Current.CancellationToken));
        Assert.Equal("it needs 2 tokens, and there are 1, given by hand", exception.Message);
    }

    [Fact]
    public async Task Take_WhileAnotherScenarioHoldsTheRest_IsPutOff()
    {
        var pool = new TokenPool(["one"], "given by hand", Limits, _clock);
        await pool.TakeAsync(held: 0, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<PostponedException>(() => pool.TakeAsync(held: 0, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Take_OfATokenWhoseQuotaIsUsedUp_IsNotRunAndSaysWhich()
    {
        var pool = new TokenPool(["one"], "given by hand", Limits, _clock);
        var lease = await pool.TakeAsync(held: 0, TestContext.Current.CancellationToken);
        pool.Return(lease, usedBytes: Limits.DailyQuotaBytes, spoiled: null);
        var exception = await Assert.ThrowsAsync<NotRunException>(() => pool.TakeAsync(held: 0, TestContext.Current.CancellationToken));
        Assert.Contains("token 1 is of no use any more: 524288000 bytes of its daily quota", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>An earlier run may have emptied the buckets of a token that has usage; one without has sent nothing today.</summary>
    [Theory]
    [InlineData(0L, 0)]
    [InlineData(5L, 60)]
    [InlineData(null, 60)]
    public void Found_BeforeTheRun_IsGivenAMinuteUnlessItWasNeverUsed(long? used, double seconds)
    {
        var pool = new TokenPool(["one"], "given by hand", Limits, _clock);
        pool.Found(pool.All[0], used);
        Assert.Equal(seconds, Assert.Single(pool.UntilFull()).TotalSeconds, precision: 3);
    }
}
