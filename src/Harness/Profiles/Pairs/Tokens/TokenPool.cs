using System.Diagnostics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Tokens;

/// <summary>A few tokens, lent to one scenario at a time, each with full buckets again: a scenario cannot tell them from new ones.</summary>
public sealed class TokenPool(IEnumerable<string> tokens, string origin, TargetLimits limits, TimeProvider time)
{
    /// <summary>On top of a computed wait: the relay's clock and its rounding.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    /// <summary>A bucket holds what it gains in a minute.</summary>
    private static readonly TimeSpan WholeRefill = TimeSpan.FromMinutes(1);

    private readonly List<SharedToken> _tokens = [.. tokens.Select((token, i) => new SharedToken(token, i + 1))]; // guarded by itself, with what they hold

    /// <summary>Such as <c>given with --token</c>.</summary>
    public string Origin { get; } = origin;

    public int Count => _tokens.Count;

    public IReadOnlyList<SharedToken> All => _tokens;

    /// <summary>Of each token that is of use, how long until its buckets are full.</summary>
    public IReadOnlyList<TimeSpan> UntilFull()
    {
        lock (_tokens)
            return [.. _tokens.Where(token => token.Spoiled is null).Select(UntilFull)];
    }

    /// <summary>Told of every wait before it begins.</summary>
    public event Action<TimeSpan>? Waits;

    /// <summary>The token that is soonest ready, when it is ready.</summary>
    /// <exception cref="NotRunException">This scenario holds all that are of use.</exception>
    /// <exception cref="PostponedException">Other scenarios hold some.</exception>
    public async Task<TokenLease> TakeAsync(int held, CancellationToken cancellationToken)
    {
        var token = Choose(held);
        while (UntilFull(token) is { Ticks: > 0 } left)
        {
            Waits?.Invoke(left);
            await Task.Delay(left + Margin, time, cancellationToken);
        }

        return new TokenLease(token.Value, token.UsedBytes, token);
    }

    /// <summary>What was used of a token before this run. Where it was, an earlier run may just have emptied its buckets.</summary>
    public void Found(SharedToken token, long? usedBytes)
    {
        lock (_tokens)
        {
            token.UsedBytes = usedBytes ?? 0;
            token.FullAt = time.GetTimestamp() + (usedBytes is 0 ? 0 : (long)(WholeRefill.TotalSeconds * time.TimestampFrequency));
            token.Spoiled = SpentQuota(token);
        }
    }

    /// <summary>Takes a token back; what its quota counts by now was asked meanwhile.</summary>
    public void Return(TokenLease lease, long? usedBytes, string? spoiled)
    {
        var token = lease.Shared!;
        lock (_tokens)
        {
            token.IsLent = false;
            token.UsedBytes = usedBytes ?? token.UsedBytes;
            token.FullAt = time.GetTimestamp() + (long)(lease.Use.UntilFull(limits).TotalSeconds * time.TimestampFrequency);
            token.Spoiled ??= spoiled ?? SpentQuota(token);
        }
    }

    private string? SpentQuota(SharedToken token) => token.UsedBytes > 0 && token.UsedBytes > limits.DailyQuotaBytes - limits.MaxMessageBytes
        ? $"{token.UsedBytes} bytes of its daily quota of {limits.DailyQuotaBytes} are used"
        : null;

    private TimeSpan UntilFull(SharedToken token) => TimeSpan.FromSeconds(Math.Max(0, (token.FullAt - time.GetTimestamp()) / (double)time.TimestampFrequency));

    private SharedToken Choose(int held)
    {
        lock (_tokens)
        {
            var ready = _tokens.Where(token => !token.IsLent && token.Spoiled is null)
                .OrderBy(token => token.FullAt).ThenBy(token => token.UsedBytes).FirstOrDefault();
            if (ready is not null)
            {
                ready.IsLent = true;
                return ready;
            }

            var spoiled = string.Concat(_tokens.Where(token => token.Spoiled is not null)
                .Select(token => $"; token {token.Number} is of no use any more: {token.Spoiled}"));
            var sentence = $"it needs {held + 1} tokens, and there are {_tokens.Count(token => token.Spoiled is null)}, {Origin}{spoiled}";
            Debug.Assert(held <= _tokens.Count, "A scenario holds what was lent.");
            throw _tokens.Count(token => token.IsLent) > held ? new PostponedException(sentence) : new NotRunException(sentence);
        }
    }
}
