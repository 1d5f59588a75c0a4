using CoralMux.Harness.Evidence;
using CoralMux.Harness.Gherkin;
using CoralMux.Harness.Profiles.Pairs.Worlds;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Profiles.Pairs.Steps;

/// <summary>A relay with settings of the scenario's own; and a relay taken down, in order or not, and brought up again.</summary>
[Binding]
public sealed class RelaySteps(World world)
{
    /// <summary>A process may take this long to end when its work is done, on a busy machine.</summary>
    private static readonly TimeSpan ProcessEnd = TimeSpan.FromSeconds(3);

    [StepWords("restart")]
    public static Words<Shutdown> Restarts { get; } =
        new(("is restarted", Shutdown.Orderly), ("is told to stop", Shutdown.Orderly), ("crashes and is started again", Shutdown.Crash));

    [StepWords("store")]
    public static Words<Store> Stores { get; } = new(("fails", Store.Fails), ("works again", Store.WorksAgain));

    [StepWords("kind of relay")]
    public static Words<Kind> Kinds { get; } = new(("of its own", Kind.OfItsOwn), ("that is reached by wss", Kind.ReachedByWss));

    /// <summary>One row a setting, in the words of section 9.4; all else is as in the relay under test. From here on "the relay" is that one.</summary>
    [Given("a relay of its own with", Role = StepRole.NewRelay)]
    public Task ARelayOfItsOwn(IReadOnlyList<IReadOnlyList<string>> settings) =>
        !world.Target.Claims("trusted-proxies") && settings.Any(row => row[0] == "trusted proxies")
            ? throw new NotRunException("only behind a trusted proxy has one client many addresses, and the target does not claim the feature trusted-proxies")
            : world.Relays.UseOwnAsync(ready => RelayTable.Read(settings, ready, TimeSpan.Zero));

    /// <summary>Where no other can be started, the relay under test has to do, if it is what is wanted.</summary>
    [Given("a relay {kind of relay}", Role = StepRole.NewRelay)]
    public Task ARelay(Kind kind) => kind switch
    {
        Kind.OfItsOwn => world.Relays.CanStart ? world.Relays.UseOwnAsync(_ => RelaySettings.Empty) : Task.CompletedTask,
        _ when world.Target.Endpoint.IsSecure => Task.CompletedTask,
        _ => world.Relays.UseOwnAsync(_ => RelaySettings.Empty.With(RelaySettings.TlsCertificate, "")),
    };

    /// <summary>The scenario's own relay, with the same store.</summary>
    [When("the relay is restarted with")]
    public Task TheRelayIsRestartedWith(IReadOnlyList<IReadOnlyList<string>> settings) =>
        world.Relays.RestartOwnAsync(offset => RelayTable.Read(settings, world.Time.GetUtcNow(), offset));

    /// <summary>Told to stop, it is started again too, for the scenarios that come after.</summary>
    [When("the relay {restart}")]
    public async Task TheRelayIsRestarted(Shutdown shutdown)
    {
        var control = world.Relays.Control;
        await control.StopAsync(shutdown, world.CancellationToken);
        await control.StartAsync(world.CancellationToken);
    }

    /// <summary>Whatever its peers do; it is started again for those that come after.</summary>
    [Then("the relay stops within its drain time-out")]
    public async Task StopsWithinItsDrainTimeout()
    {
        var control = world.Relays.Control;
        var drain = TimeSpan.FromMilliseconds(world.Target.Limits.DrainTimeoutMs);
        var began = world.Time.GetTimestamp();
        await control.StopAsync(Shutdown.Orderly, world.CancellationToken);
        var took = world.Time.GetElapsedTime(began);
        await control.StartAsync(world.CancellationToken);
        if (took > drain + ProcessEnd)
            throw new ExpectationException($"the relay has ended {drain.TotalSeconds:0.#} s after SIGTERM", $"it took {took.TotalSeconds:0.0} s");
    }

    [When("the relay's store {store}")]
    public void TheStore(Store state)
    {
        if (state == Store.Fails)
            world.Relays.Control.BreakStore();
        else
            world.Relays.Control.RepairStore();
    }

    /// <summary>What relay a scenario needs.</summary>
    public enum Kind { OfItsOwn, ReachedByWss }

    /// <summary>Whether the relay can record what it has to.</summary>
    public enum Store { Fails, WorksAgain }
}
