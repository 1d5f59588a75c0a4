namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>Numbers that the specification fixes for every relay; what an operator may configure is in the target description.</summary>
public static class Promises
{
    /// <summary>Levels of nesting of a payload that every relay forwards, the payload itself being the first (ENV-16).</summary>
    public const int NestingDepth = 64;

    /// <summary>Bytes of an auth message that every relay accepts, and beyond which it should refuse before authentication (PAIR-36, PAIR-37).</summary>
    public const int AuthMessageBytes = 4096;

    /// <summary>Refused messages within a minute that no relay closes a connection for (LIM-12).</summary>
    public const int RefusalsPerMinute = 100;

    /// <summary>The longest authentication time-out that a relay may have (PAIR-34).</summary>
    public static readonly TimeSpan LongestAuthTimeout = TimeSpan.FromSeconds(60);
}
