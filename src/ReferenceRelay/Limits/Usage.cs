namespace CoralMux.ReferenceRelay.Limits;

/// <summary>Bytes that a token has moved in a UTC day and a UTC month (LIM-28), each counted as days or months since the year 1.</summary>
internal readonly record struct Usage(int Day, long DayBytes, int Month, long MonthBytes)
{
    /// <summary>The same, seen at a given time: a window that is over counts nothing (LIM-26, LIM-27). A clock set back over a midnight keeps the
    /// later window.</summary>
    public Usage At(DateTimeOffset now)
    {
        int day = DayOf(now), month = MonthOf(now);
        // The clock was far ahead when this was counted. It counts now: no client must wait for a day that far away.
        if (Day > day + 1)
            return new Usage(day, DayBytes, month, MonthBytes);

        return new Usage(
            Math.Max(day, Day), day > Day ? 0 : DayBytes,
            Math.Max(month, Month), month > Month ? 0 : MonthBytes);
    }

    public Usage Plus(long bytes) => this with { DayBytes = DayBytes + bytes, MonthBytes = MonthBytes + bytes };

    /// <summary>Until the day that is counted ends, which is not today when the clock was set back.</summary>
    public long MillisecondsToNextDay(DateTimeOffset now) =>
        MillisecondsTo(new DateTime((Day + 1) * TimeSpan.TicksPerDay), now);

    public long MillisecondsToNextMonth(DateTimeOffset now) =>
        MillisecondsTo(new DateTime(Month / 12, Month % 12 + 1, 1).AddMonths(1), now);

    private static long MillisecondsTo(DateTime reset, DateTimeOffset now) =>
        Math.Max(1, (long)Math.Ceiling((reset - now.UtcDateTime).TotalMilliseconds));

    private static int DayOf(DateTimeOffset now) => (int)(now.UtcTicks / TimeSpan.TicksPerDay);

    private static int MonthOf(DateTimeOffset now) => now.UtcDateTime.Year * 12 + now.UtcDateTime.Month - 1;
}
