using System.Net;
using System.Net.Sockets;

namespace CoralMux.Bench;

/// <summary>Connected pairs, by one of three ways: through the relay, through HAProxy, or with nothing between.</summary>
internal sealed class Pairs(IReadOnlyList<(Peer Phone, Peer Agent)> all) : IDisposable
{
    public IReadOnlyList<(Peer Phone, Peer Agent)> All => all;

    public static async Task<Pairs> ThroughRelayAsync(RelayChild relay, int count)
    {
        var pairs = new List<(Peer, Peer)>();
        foreach (var token in await relay.NewTokensAsync(count))
            pairs.Add((await Peer.ConnectAsync(relay.Address, token, "phone"), await Peer.ConnectAsync(relay.Address, token, "agent")));
        return new Pairs(pairs);
    }

    /// <param name="listener">Where the agents of the pairs are accepted.</param>
    /// <param name="entry">Where the phones connect: a proxy, or the listener itself.</param>
    public static async Task<Pairs> ThroughTcpAsync(Socket listener, IPEndPoint entry, int count)
    {
        var pairs = new List<(Peer, Peer)>();
        for (var i = 0; i < count; i++)
        {
            var phone = await Peer.ConnectAsync(entry);
            var agent = await listener.AcceptAsync();
            agent.NoDelay = true;
            pairs.Add((phone, new Peer(agent)));
        }

        return new Pairs(pairs);
    }

    public void Dispose()
    {
        foreach (var (phone, agent) in all)
        {
            phone.Dispose();
            agent.Dispose();
        }
    }
}
