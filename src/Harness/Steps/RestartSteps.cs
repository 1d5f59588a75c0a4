using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Protocol;
using CoralMux.Harness.Targets;
using CoralMux.Harness.Verdicts;

namespace CoralMux.Harness.Steps;

/// <summary>The relay taken down, in order or not, and brought up again; in scenarios that run alone.</summary>
[Binding]
public sealed class RestartSteps(World world)
{
    /// <summary>A process may take this long to end when its work is done, on a busy machine.</summary>
    private static readonly TimeSpan ProcessEnd = TimeSpan.FromSeconds(3);

    private readonly List<Envelope> _burst = [];

    [When("the relay is restarted")]
    public Task TheRelayIsRestarted() => RestartAsync(Shutdown.Orderly);

    [When("the relay crashes and is started again")]
    public Task TheRelayCrashes() => RestartAsync(Shutdown.Crash);

    /// <summary>A burst that is still under way when the relay is told to stop.</summary>
    [When("{peer} sends a burst and the relay is told to stop")]
    public async Task SendsABurstAndTheRelayStops(PeerName peer)
    {
        var control = world.Control;
        for (var i = 0; i < world.Target.Limits.RatePerMinute(peer.Role) / 2; i++)
            _burst.Add(world.Envelopes.Sample(peer.Role == "phone" ? "chat.send" : "chat.done"));
        foreach (var envelope in _burst)
            await world.SendAsync(peer, envelope);
        // The relay has taken all of them in when it answers what came behind them.
        await world.FenceAsync(peer);
        await control.StopAsync(Shutdown.Orderly, world.CancellationToken);
        await control.StartAsync(world.CancellationToken);
    }

    [Then("{peer} has received the whole burst before its connection was closed {closing}")]
    public async Task HasReceivedTheBurstBeforeTheClose(PeerName peer, int[] codes)
    {
        foreach (var envelope in _burst)
            World.ExpectSame(peer, envelope.Bytes, await world.Peer(peer).NextMessageAsync("the messages that the relay had accepted", world.Deadline));
        var end = await world.Peer(peer).EndAsync("the end of the connection", world.Deadline);
        if (end.CloseCode is not { } code || !codes.Contains(code))
            throw new ExpectationException($"the {peer.Name}'s connection is closed with {string.Join(" or ", codes)}", $"it ended with {end}");
    }

    /// <summary>Whatever its peers do; it is started again for those that come after.</summary>
    [Then("the relay stops within its drain time-out")]
    public async Task StopsWithinItsDrainTimeout()
    {
        var control = world.Control;
        var drain = TimeSpan.FromMilliseconds(world.Target.Limits.DrainTimeoutMs);
        var began = world.Time.GetTimestamp();
        await control.StopAsync(Shutdown.Orderly, world.CancellationToken);
        var took = world.Time.GetElapsedTime(began);
        await control.StartAsync(world.CancellationToken);
        if (took > drain + ProcessEnd)
            throw new ExpectationException($"the relay has ended {drain.TotalSeconds:0.#} s after SIGTERM", $"it took {took.TotalSeconds:0.0} s");
    }

    private async Task RestartAsync(Shutdown shutdown)
    {
        var control = world.Control;
        await control.StopAsync(shutdown, world.CancellationToken);
        await control.StartAsync(world.CancellationToken);
    }
}
