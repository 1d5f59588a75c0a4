namespace CoralMux.ReferenceRelay.Basics;

/// <summary>The system's clock, read as if it were earlier or later: to rehearse midnight and the first of a month. Set by an environment variable
/// alone, so that no configuration file carries it along by mistake. Time-outs and rates go by the monotonic clock and do not change.</summary>
internal sealed class OffsetClock(TimeSpan offset) : TimeProvider
{
    public const string Variable = "RELAY_CLOCK_OFFSET";

    public TimeSpan Offset => offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;

    /// <returns>The system's own clock where nothing is set, or null where the value is not a time.</returns>
    public static TimeProvider? FromEnvironment(Func<string, string?> environment)
    {
        if (environment(Variable) is not { Length: > 0 } text)
            return System;

        var earlier = text.StartsWith('-');
        return Duration.TryParse(text.TrimStart('-', '+'), out var offset) ? new OffsetClock(earlier ? -offset : offset) : null;
    }
}
