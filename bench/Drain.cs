using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace CoralMux.Bench;

/// <summary>SIGTERM in the middle of busy pairs: whether what the relay says it accepted is what arrived.</summary>
internal static partial class Drain
{
    /// <summary>Larger than anything the relay itself says, so that only messages are counted.</summary>
    private const int Size = 1024;

    public static async Task MeasureAsync(string program, int count)
    {
        using var relay = new RelayChild(program, logLevel: "info");
        using var pairs = await Pairs.ThroughRelayAsync(relay, count);
        byte[] request = Frames.Message("chat.send", Size), reply = Frames.Message("chat.done", Size);
        List<Task<long>> talks = [.. pairs.All.SelectMany(pair => new[] { TalkAsync(pair.Agent, reply, false), TalkAsync(pair.Phone, request, true) })];
        await Task.Delay(TimeSpan.FromSeconds(3));
        var (exit, took, log) = await relay.StopAsync();
        var received = (await Task.WhenAll(talks)).Sum();
        var closed = pairs.All.Sum(p => (p.Phone.SawClose ? 1 : 0) + (p.Agent.SawClose ? 1 : 0));
        var accepted = Accepted().Match(log).Groups[1].Value;
        Console.WriteLine(
            $"drain           {count} busy pairs: {accepted} accepted, {received} delivered, "
            + $"{closed} of {2 * count} saw a close frame, exit {exit} after {took.TotalSeconds:F1} s");
    }

    [GeneratedRegex("Stopped after ([0-9]+) messages")]
    private static partial Regex Accepted();

    /// <summary>Four messages of each side are always on their way. Once sending fails it only listens.</summary>
    private static Task<long> TalkAsync(Peer peer, byte[] message, bool first) => Task.Run(async () =>
    {
        long received = 0;
        var sends = true;
        try
        {
            for (var i = 0; first && i < 4; i++)
                await peer.SendAsync(message);
            for (int frames; (frames = await peer.ReceiveFramesAsync(16 * 1024, atLeast: Size)) >= 0;)
            {
                received += frames;
                for (; sends && frames > 0; frames--)
                    sends = await TrySendAsync(peer, message);
            }
        }
        catch (SocketException)
        {
        }

        return received;
    });

    private static async Task<bool> TrySendAsync(Peer peer, byte[] message)
    {
        if (peer.SawClose)
            return false;
        try
        {
            await peer.SendAsync(message);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
