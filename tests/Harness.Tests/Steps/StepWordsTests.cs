using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Profiles.Pairs.Steps;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Running;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Tests.Steps;

/// <summary>What the words of scenarios become.</summary>
public sealed class StepWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("", 1)]
    [InlineData(" in 4 fragments", 4)]
    [InlineData(" in fragments of one byte", 10)]
    [InlineData(" between 2 fragments of one byte", 5)]
    public void Travel_OfAMessage_CutsItIntoSoManyPiecesThatMakeItUp(string words, int pieces)
    {
        byte[] message = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        var travel = Bind($"the phone sends a chat.send message{words}") switch
        {
            { Definition.Method.Name: nameof(MessageSteps.SendsInFragments), Arguments: var arguments } => new Travel((int)arguments[^1]),
            { Definition.Method.Name: nameof(MessageSteps.SendsBetweenFragments), Arguments: var arguments } => new Travel(LittleOnes: (int)arguments[^1]),
            var step => (Travel)step.Arguments[^1],
        };
        var cut = travel.Cut(message);
        Assert.Equal(pieces, cut.Count);
        Assert.Equal(message, cut.SelectMany(piece => piece.ToArray()));
    }

    [Theory]
    [InlineData(" of exactly the maximum size compressed", MessageSteps.Content.OfMaximumSize, true, false)]
    [InlineData(" of one byte more than the maximum size in a binary message", MessageSteps.Content.OneByteMore, false, true)]
    [InlineData("", MessageSteps.Content.Ordinary, false, false)]
    public void Content_AndTravelOfAMessage_AreReadOneAfterTheOther(string words, MessageSteps.Content content, bool compressed, bool binary)
    {
        var arguments = Bind($"the phone sends a chat.send message{words}").Arguments;
        Assert.Equal(content, arguments[2]);
        Assert.Equal(new Travel(IsBinary: binary, IsCompressed: compressed), arguments[3]);
    }

    private static BoundStep Bind(string step) =>
        KnownProfiles.Default.Steps.Bind(FeatureCatalog.Parse("f.feature", $"Feature: F\n  Scenario: S\n    When {step}\n").Single())[0];

    [Fact]
    public void Refusal_WithACloseCode_AllowsBothAndNothingElse()
    {
        var refusal = Refusal.Parse("answered MESSAGE_TOO_LARGE or closed as too big");
        Assert.Equal(["MESSAGE_TOO_LARGE"], refusal.Errors.Codes);
        Assert.Equal([1009], refusal.CloseCodes);
        Assert.False(refusal.Allows(new ConnectionEnd(1000, false, default)));
    }

    [Theory]
    [InlineData("8 s before midnight UTC", "2026-11-15T23:59:52Z")]
    [InlineData("8 s before the first of a month UTC", "2026-11-30T23:59:52Z")]
    [InlineData("midday in the middle of a month", "2026-11-15T12:00:00Z")]
    public void Clock_InWords_IsSetToThatTime(string words, string expected)
    {
        var settings = RelayTable.Read([["clock", words]], Now, TimeSpan.Zero);
        var offset = TimeSpan.FromSeconds(double.Parse(settings[RelaySettings.ClockOffset]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Now + offset);
    }

    [Fact]
    public void Settings_OverLimits_ChangeThoseAndLeaveTheRest()
    {
        var settings = RelayTable.Read([["daily quota", "30000 bytes"], ["stall time-out", "3 s"], ["trusted proxies", "10.0.0.0/8"]], Now, TimeSpan.Zero);
        var limits = settings.Over(new TargetLimits { MonthlyQuotaBytes = 7 });
        Assert.Equal((30000, 3000, 7, 30), (limits.DailyQuotaBytes, limits.StallTimeoutMs, limits.MonthlyQuotaBytes, limits.RatePhonePerMinute));
        Assert.Equal("10.0.0.0/8", settings[RelaySettings.TrustedProxies]);
    }

    [Fact]
    public void StallWatch_OfABusyThread_ReportsHowLateItWas()
    {
        var time = new HandTime();
        using var watch = new StallWatch(time);
        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(TimeSpan.Zero, watch.WorstWithin(TimeSpan.FromSeconds(1)));
        time.Advance(TimeSpan.FromMilliseconds(420));
        Assert.Equal(TimeSpan.FromMilliseconds(400), watch.WorstWithin(TimeSpan.FromSeconds(1)));
    }

    /// <summary>A clock that does not move by itself; its timers never fire.</summary>
    private sealed class HandTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

        public void Advance(TimeSpan by) => _now += by.Ticks;

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
