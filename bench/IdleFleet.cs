using System.Diagnostics;

namespace CoralMux.Bench;

/// <summary>What connections cost that do nothing, and how fast they come.</summary>
internal static class IdleFleet
{
    public static async Task MeasureAsync(string program, int connections)
    {
        using var relay = new RelayChild(program);
        var tokens = await relay.NewTokensAsync(connections / 2);
        var start = relay.ResidentBytes;
        // A first fleet, gone again: code is compiled and tables are grown, so that what follows counts connections.
        await FillAndLeaveAsync(relay, tokens.Take(500));
        await Task.Delay(TimeSpan.FromSeconds(5));
        var before = relay.ResidentBytes;
        var peers = await FillAsync(relay, tokens);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var idle = relay.ResidentBytes;

        var message = Frames.Message("chat.send", 4096);
        for (var i = 0; i < peers.Count; i += 2)
            await peers[i].SendAsync(message);
        foreach (var agent in peers.Where((_, i) => i % 2 == 1))
            while (await agent.ReceiveFramesAsync(8192) == 0) { }
        await Task.Delay(TimeSpan.FromSeconds(3));
        var burst = relay.ResidentBytes;

        peers.ForEach(p => p.Dispose());
        await Task.Delay(TimeSpan.FromSeconds(15));
        var after = relay.ResidentBytes;

        Console.WriteLine(
            $"idle            {connections} connections: {Mib(start)} at start, {Mib(before)} before, {Mib(idle)} with them, "
            + $"{Mib(burst)} after a burst of 4 KiB each, {Mib(after)} after they left");
        Console.WriteLine(
            $"                {(idle - before) / 1024.0 / peers.Count:F1} KiB each idle, "
            + $"{(burst - before) / 1024.0 / peers.Count:F1} KiB each after the burst");
    }

    public static async Task<double> ConnectsPerSecondAsync(RelayChild relay, TimeSpan length)
    {
        const int workers = 16;
        var tokens = await relay.NewTokensAsync(workers);
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(tokens.Select(token => Task.Run(async () =>
        {
            var count = 0;
            for (; clock.Elapsed < length; count++)
                using (var peer = await Peer.ConnectAsync(relay.Address, token, "phone"))
                    peer.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
            return count;
        })));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    private static async Task FillAndLeaveAsync(RelayChild relay, IEnumerable<string> tokens) =>
        (await FillAsync(relay, tokens)).ForEach(p => p.Dispose());

    private static async Task<List<Peer>> FillAsync(RelayChild relay, IEnumerable<string> tokens)
    {
        var peers = new List<Peer>();
        foreach (var token in tokens)
        {
            peers.Add(await Peer.ConnectAsync(relay.Address, token, "phone"));
            peers.Add(await Peer.ConnectAsync(relay.Address, token, "agent"));
        }

        return peers;
    }

    private static string Mib(long bytes) => $"{bytes / 1048576.0:F1} MiB";
}
