using CoralMux.Harness.Evidence;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Profiles.Pairs.Probing;

/// <summary>The time-outs, all waited for at once.</summary>
internal static class TimeoutProbe
{
    /// <summary>Twice the specification's own, and a little: what has not happened by then is not found.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(130);

    /// <summary>Operators configure whole seconds; what is measured contains a round trip and the tick of the relay's clock.</summary>
    private const int BeyondWholeSecondMs = 250;

    /// <summary>Between two pings the second may have had the shorter way.</summary>
    private const int ShortOfWholeSecondMs = 50;

    public static async Task FindAsync(World world, Findings findings)
    {
        var patience = world.Deadline with { Remaining = Longest };
        var client = PeerName.Parse("the silent client");
        await world.Cast.OpenAsync(client);
        await world.Cast.ConnectAsync(PeerName.Phone);
        await world.Cast.ConnectAsync(PeerName.Agent);
        var connected = world.Transcript.Elapsed;
        world.Cast.Peer(PeerName.Agent).AnswersPings = false;

        var opened = world.Transcript.Elapsed;
        await Task.WhenAll(
            TryAsync(
                "authTimeoutMs",
                () => UntilEndAsync(client, "a connection without auth is closed", opened),
                (limits, ms) => limits with { AuthTimeoutMs = ms }),
            TryAsync("pingIntervalMs", () => BetweenPingsAsync(world, patience), (limits, ms) => limits with { PingIntervalMs = ms }),
            TryAsync(
                "idleTimeoutMs",
                () => UntilEndAsync(PeerName.Agent, "a peer that is silent and answers no ping is closed", connected),
                (limits, ms) => limits with { IdleTimeoutMs = ms }));

        async Task<TimeSpan> UntilEndAsync(PeerName peer, string expected, TimeSpan began) =>
            (await world.Cast.Peer(peer).EndAsync(expected, patience)).At - began;

        async Task TryAsync(string key, Func<Task<TimeSpan>> measure, Func<TargetLimits, int, TargetLimits> apply)
        {
            try
            {
                var measured = await measure();
                var ms = Math.Max(1, (int)measured.TotalMilliseconds);
                var shifted = ms + ShortOfWholeSecondMs;
                ms = shifted >= 1_000 && shifted % 1_000 <= ShortOfWholeSecondMs + BeyondWholeSecondMs ? shifted / 1_000 * 1_000 : ms;
                lock (findings)
                    findings.Limit(key, ms, $"measured {measured.TotalMilliseconds:0} ms", limits => apply(limits, ms));
            }
            catch (ExpectationException exception)
            {
                lock (findings)
                    findings.Missing($"limits.{key}", exception.Finding.Actual.ToString());
            }
        }
    }

    private static async Task<TimeSpan> BetweenPingsAsync(World world, Deadline patience)
    {
        var phone = world.Cast.Peer(PeerName.Phone);
        await phone.NextWirePingAsync("a WebSocket ping of the relay", patience);
        var first = world.Transcript.Elapsed;
        await phone.NextWirePingAsync("a second WebSocket ping of the relay", patience);
        return world.Transcript.Elapsed - first;
    }
}
