using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>
/// What a role's bucket may have let through by now. It fills while a scenario runs, and on a busy machine a scenario
/// runs late: a message that passes beyond the burst is the relay's fault only if the time gone by does not allow it.
/// </summary>
public sealed class RateMargin
{
    private readonly Dictionary<(Group Group, Role Role), TimeSpan> _began = [];

    /// <summary>The bucket was full, and the first message of a burst leaves it now.</summary>
    public void BurstBegins(PeerName peer, TimeSpan now) => _began[(peer.Group, peer.Role)] = now;

    /// <summary>How many messages of the role a relay may have accepted since the burst began, if one did.</summary>
    /// <param name="ratePerMinute">The target's rate for the role, and the capacity of its bucket.</param>
    public int? Allowed(PeerName peer, int ratePerMinute, TimeSpan now) =>
        _began.TryGetValue((peer.Group, peer.Role), out var began)
            ? ratePerMinute + (int)((now - began).TotalMinutes * ratePerMinute)
            : null;

    /// <summary>How many messages of the role were accepted since the burst began: those that arrived, and those that found nobody there.</summary>
    public int Accepted(PeerName peer, IEnumerable<(PeerName Name, IReadOnlyList<ReceivedMessage> Received)> peers, Func<ReceivedMessage, bool> isForwarded)
    {
        var began = _began[(peer.Group, peer.Role)];
        return peers.Where(other => other.Name.Group == peer.Group).Sum(other => other.Received.Count(message =>
            message.At >= began && (other.Name.Role == peer.Role ? message.Code == "PEER_OFFLINE" && !isForwarded(message) : isForwarded(message))));
    }
}
