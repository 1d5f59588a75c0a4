using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Tokens;

/// <summary>What a scenario sent with a token: counted generously, so that the token is never lent before its buckets are full.</summary>
public sealed class TokenUse
{
    private readonly Dictionary<Role, int> _byRole = []; // guarded by itself

    public void Count(Role role, int messages = 1)
    {
        lock (_byRole)
            _byRole[role] = _byRole.GetValueOrDefault(role) + messages;
    }

    /// <summary>
    /// How long after the scenario both buckets are full for certain: they were when the token was lent. What was sent
    /// first may have reached the relay last, as a message does that takes a minute to send.
    /// </summary>
    public TimeSpan UntilFull(TargetLimits limits)
    {
        lock (_byRole)
            return _byRole.Select(use => Refill(use.Value, limits.RatePerMinute(use.Key))).Append(TimeSpan.Zero).Max();
    }

    /// <summary>How long a bucket takes to gain so many messages; it never lacks more than it holds.</summary>
    private static TimeSpan Refill(int messages, int ratePerMinute) => TimeSpan.FromMinutes((double)Math.Min(messages, ratePerMinute) / ratePerMinute);
}

/// <summary>A token that scenarios take turns with.</summary>
/// <param name="Value">The token itself.</param>
/// <param name="Number">Its place among those there are, from 1: what messages show instead of the token.</param>
public sealed class SharedToken(string value, int number)
{
    public string Value { get; } = value;

    public int Number { get; } = number;

    // Guarded by the pool's lock.
    public bool IsLent { get; set; }

    /// <summary>Timestamp of the run's clock at which both its buckets are full.</summary>
    public long FullAt { get; set; }

    /// <summary>Bytes that its quota counted already when it was last looked at.</summary>
    public long UsedBytes { get; set; }

    /// <summary>Whether the relay ever let somebody in with it, in this run.</summary>
    public bool HasWorked { get; set; }

    /// <summary>Why no scenario can have it again, or null.</summary>
    public string? Spoiled { get; set; }
}

/// <summary>A token in a scenario's hands.</summary>
/// <param name="UsedBytes">What its quota had counted before; zero for a new one.</param>
/// <param name="Shared">Where it goes back to, or null for a new one.</param>
public sealed record TokenLease(string Value, long UsedBytes = 0, SharedToken? Shared = null)
{
    public TokenUse Use { get; } = new();
}
