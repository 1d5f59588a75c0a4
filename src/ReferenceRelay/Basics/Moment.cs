namespace CoralMux.ReferenceRelay.Basics;

/// <summary>One point in time by both clocks: the one that measures and the one that knows the date.</summary>
internal readonly record struct Moment(long Ticks, DateTimeOffset Utc)
{
    public static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());
}
