using System.Diagnostics;
using CoralMux.Harness.Evidence;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Targets;

/// <summary>How a relay is taken down before it comes up again.</summary>
public enum Shutdown
{
    /// <summary>SIGTERM: it may close its connections in order.</summary>
    Orderly,

    /// <summary>SIGKILL: it may not.</summary>
    Crash,
}

/// <summary>Restarts the relay under test, with the same store and address.</summary>
public abstract class RelayControl
{
    /// <summary>Takes the relay down; completes when its process has ended.</summary>
    /// <exception cref="NotRunException">This relay cannot be taken down that way.</exception>
    public abstract Task StopAsync(Shutdown shutdown, CancellationToken cancellationToken);

    /// <summary>Brings it up again; completes when it accepts connections.</summary>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Makes the relay's store fail, until <see cref="RepairStore"/>.</summary>
    /// <exception cref="NotApplicableException">There is no way to do that to this relay.</exception>
    public virtual void BreakStore() => throw new NotApplicableException("nothing that the harness can do makes this relay answer BACKEND_ERROR");

    public virtual void RepairStore()
    {
    }
}

/// <summary>The <c>restartCommand</c> of a target description: it kills the relay and starts it again in one go.</summary>
public sealed class RestartCommand(IReadOnlyList<string> command, WireEndpoint endpoint) : RelayControl
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OneAttempt = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(Shutdown shutdown, CancellationToken cancellationToken)
    {
        if (shutdown == Shutdown.Orderly)
            throw new NotRunException("it needs an orderly shutdown, and the target's restartCommand kills the relay");

        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)))
            ?? throw new NotRunException($"the target's restartCommand {command[0]} could not be started");
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new NotRunException($"the target's restartCommand ended with exit code {process.ExitCode}");
    }

    // A TCP connection proves nothing: the port of a process that was just killed accepts a moment longer. What is killed answers no handshake.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        while (!await WireConnection.CanOpenAsync(endpoint, OneAttempt, cancellationToken))
            await Task.Delay(BetweenAttempts, cancellationToken);
    }
}
