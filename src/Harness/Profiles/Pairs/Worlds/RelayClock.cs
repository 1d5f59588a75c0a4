using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>What the relay's clock says, and on which of its days (UTC) the scenario counts: another day resets the usage.</summary>
/// <param name="offset">By how much the relay's clock is ahead.</param>
public sealed class RelayClock(TimeProvider time, Transcript transcript, Func<TimeSpan> offset, CancellationToken cancellationToken)
{
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private DateTime _day = time.GetUtcNow().UtcDateTime.Date;

    public DateTimeOffset Now => time.GetUtcNow() + offset();

    /// <summary>When the relay's day began, since the scenario began, as far as the scenario saw it begin.</summary>
    public TimeSpan DayBegan { get; private set; }

    /// <summary>Whether the relay's day changed without the scenario's knowledge.</summary>
    public bool CrossedMidnight => Now.UtcDateTime.Date != _day;

    /// <summary>Waits no less than that. A timer alone may fire early by a tick of its coarse clock, and a relay is then right to say no.</summary>
    public async Task WaitAsync(TimeSpan duration)
    {
        var began = time.GetTimestamp();
        var ends = Now + duration;
        while (duration - time.GetElapsedTime(began) is { Ticks: > 0 } left)
            await Task.Delay(left < ShortestTimer ? ShortestTimer : left, time, cancellationToken);
        EnterDay(ends);
    }

    /// <summary>From here on the scenario knows that it may be another day.</summary>
    public void EnterDay(DateTimeOffset now)
    {
        if (now.UtcDateTime.Date != _day)
            (_day, DayBegan) = (now.UtcDateTime.Date, transcript.Elapsed);
    }
}
