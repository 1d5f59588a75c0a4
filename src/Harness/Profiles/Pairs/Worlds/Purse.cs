using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Profiles.Pairs.Tokens;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>A scenario's tokens: one for each group of peers, at each relay that the scenario speaks of.</summary>
/// <param name="tokens">Of the relay under test.</param>
public sealed class Purse(World world, TokenSource tokens) : IAsyncDisposable
{
    // A shorter admin key may be in any text by chance.
    private const int ShortestTelling = 8;

    private readonly Dictionary<(StartedRelay? Relay, Group Group), TokenLease> _leases = []; // guarded by itself: pairs may connect side by side

    private TokenSource Source => world.Relays.OwnTokens ?? tokens;

    /// <summary>Whether tokens are few and go to other scenarios after this one.</summary>
    public bool IsShared => Source.Pool is not null;

    /// <summary>Whether this run's tokens took this address's registrations of the hour.</summary>
    public bool IsRegistered => Source.IsRegistered;

    /// <summary>What no answer, metric or URL may show.</summary>
    public IEnumerable<string> Secrets =>
        [.. Leases.Select(lease => lease.Value), world.Canary, .. world.Target.Description.AdminKey is { Length: >= ShortestTelling } key ? new[] { key } : []];

    /// <summary>A token in the usual form that no relay made.</summary>
    public static string UnknownToken() => "oc_pair_" + Guid.NewGuid().ToString("N");

    // Those of the relay that the scenario speaks of now.
    private IReadOnlyList<TokenLease> Leases
    {
        get
        {
            lock (_leases)
                return [.. _leases.Where(lease => lease.Key.Relay == world.Relays.Own).Select(lease => lease.Value)];
        }
    }

    /// <summary>The token of a group of peers, made when it is first asked for.</summary>
    /// <exception cref="NotRunException">There are not so many tokens.</exception>
    /// <exception cref="ExpectationException">The relay did not make one.</exception>
    public async Task<string> TokenAsync(Group group)
    {
        if (LeaseOf(group) is { } held)
            return held.Value;
        var lease = await Source.TakeAsync(Leases.Count, world.Transcript, world.CancellationToken);
        lock (_leases)
            _leases[(world.Relays.Own, group)] = lease;
        return lease.Value;
    }

    /// <summary>Whether a token is the one that a group of peers has now.</summary>
    public bool Holds(Group group, string token) => LeaseOf(group)?.Value == token;

    /// <summary>Bytes that the quota of a group's token had counted before this scenario.</summary>
    public long UsedBefore(Group group) => LeaseOf(group)?.UsedBytes ?? 0;

    /// <summary>Notes a message that was sent with a token, whatever it was: a relay may charge for more than it should.</summary>
    public void CountUse(string token, Role role)
    {
        foreach (var lease in Leases.Where(lease => lease.Value == token))
            lease.Use.Count(role);
    }

    /// <summary>Gives back what belongs to the run; tokens of a relay of the scenario's own go with it.</summary>
    public async ValueTask DisposeAsync()
    {
        IReadOnlyList<TokenLease> borrowed;
        lock (_leases)
            borrowed = [.. _leases.Where(lease => lease.Key.Relay is null).Select(lease => lease.Value)];
        foreach (var lease in borrowed)
            await tokens.ReturnAsync(lease, (token, stop) => TokenCheck.LookAtAsync(world.Context, tokens, token, stop), world.CancellationToken);
    }

    private TokenLease? LeaseOf(Group group)
    {
        lock (_leases)
            return _leases.GetValueOrDefault((world.Relays.Own, group));
    }
}
