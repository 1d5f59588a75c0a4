using System.Net.Sockets;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Messages;
using CoralMux.Harness.Profiles.Pairs.Envelopes;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Worlds;

/// <summary>A scenario's peers by name: how they connect, and which of them face each other.</summary>
public sealed class Cast(World world) : IAsyncDisposable
{
    private readonly List<(PeerName Name, Peer Peer)> _members = []; // guarded by itself: pairs may connect side by side

    /// <summary>All connections of the scenario in their order; a name that connected again has several.</summary>
    public IReadOnlyList<(PeerName Name, Peer Peer)> Members
    {
        get
        {
            lock (_members)
                return [.. _members];
        }
    }

    public IEnumerable<Peer> Peers => Members.Select(member => member.Peer);

    /// <summary>The newest connection of a name, or null.</summary>
    public Peer? Find(PeerName name)
    {
        lock (_members)
            return _members.FindLast(member => member.Name == name).Peer;
    }

    /// <summary>A peer of the scenario that has connected.</summary>
    public Peer Peer(PeerName name) =>
        Find(name) ?? throw new InvalidOperationException($"The scenario speaks of the {name.Name}, who has not connected.");

    /// <summary>Whether the peer has connected, with its group's token, to the relay that the scenario speaks of by now.</summary>
    public bool HasConnected(PeerName name) => Find(name) is { } peer && world.Purse.Holds(name.Group, peer.Token);

    /// <summary>All connections at the other end of a peer's token, replaced ones included.</summary>
    public IEnumerable<Peer> Facing(PeerName name) =>
        Members.Where(member => member.Name.Group == name.Group && member.Name.Role != name.Role).Select(member => member.Peer);

    /// <summary>Opens a WebSocket and authenticates nothing.</summary>
    /// <param name="token">Or the token of the peer's group.</param>
    /// <param name="endpoint">Or the target's own.</param>
    /// <exception cref="ExpectationException">The relay does not accept it.</exception>
    public async Task<Peer> OpenAsync(PeerName name, string? token = null, WireEndpoint? endpoint = null)
    {
        token ??= await world.Purse.TokenAsync(name.Group);
        using var timeout = world.Deadline.StartTimer();
        try
        {
            var dialed = world.Transcript.Elapsed;
            var connection = await WireConnection.OpenAsync(endpoint ?? world.Target.Endpoint, name.Name, world.Transcript, timeout.Token);
            var role = world.Target.RoleName(name.Role);
            var peer = new Peer(name.Name, role, token, connection, world.Transcript, world.Violations, world.Envelopes) { DialedAt = dialed };
            lock (_members)
                _members.Add((name, peer));
            return peer;
        }
        catch (Exception exception) when (exception is HandshakeException or IOException or SocketException)
        {
            throw new ExpectationException($"the relay accepts a WebSocket at {world.Target.Endpoint.Url}", exception.Message, exception);
        }
        catch (OperationCanceledException) when (!world.CancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException($"the relay accepts a WebSocket at {world.Target.Endpoint.Url}", $"no answer to the handshake within {world.Deadline}");
        }
    }

    /// <summary>Opens a WebSocket and authenticates with the group's token; returns the <c>auth.ok</c>.</summary>
    /// <exception cref="ExpectationException">The relay does not let the peer in.</exception>
    public async Task<ReceivedMessage> ConnectAsync(PeerName name)
    {
        var peer = await OpenAsync(name);
        await world.Traffic.SendAsideAsync(name, world.Envelopes.Auth(peer.Token, peer.Role));
        var answer = await peer.NextMessageAsync("auth.ok", world.Deadline);
        return answer.Type == "auth.ok" ? answer : throw new ExpectationException("auth.ok", $"the {name.Name} received {answer}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in Peers)
            await peer.DisposeAsync();
    }
}
