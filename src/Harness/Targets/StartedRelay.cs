using CoralMux.Harness.Basics;
using CoralMux.Harness.Evidence;

namespace CoralMux.Harness.Targets;

/// <summary>A relay that was started for one scenario, with settings of the scenario's own.</summary>
public abstract class StartedRelay : RelayControl, IAsyncDisposable
{
    /// <summary>Its claims and, once started, its URL.</summary>
    public abstract TargetDescription Description { get; }

    /// <summary>By how much its clock is ahead of ours.</summary>
    public abstract TimeSpan ClockOffset { get; }

    /// <summary>From the next start on.</summary>
    public abstract void Change(RelaySettings changed);

    public abstract ValueTask DisposeAsync();

    /// <summary>How a run starts them: the reference relay where that is under test, else by the target's <c>startCommand</c>; null where it cannot.</summary>
    public static Func<RelaySettings, CancellationToken, Task<StartedRelay>>? Starter(ChildRelay? child, TargetDescription description) =>
        child is not null ? async (settings, cancellationToken) => await ChildRelay.LaunchAsync(cancellationToken, settings)
        : description.StartCommand is not { Count: > 0 } ? null
        : async (settings, cancellationToken) =>
        {
            try
            {
                return await StartCommand.LaunchAsync(description, settings, cancellationToken);
            }
            catch (CommandException exception)
            {
                // Our own relay cannot fail to start but by our fault; the user's can.
                throw new NotRunException($"the target's startCommand started no relay: {exception.Message}");
            }
        };
}
