namespace CoralMux.Harness.Targets;

/// <summary>The relay that a run judges, and what can be done to it: the one at a URL, or the reference relay as a child process.</summary>
public sealed class RelayUnderTest : IAsyncDisposable
{
    private readonly ChildRelay? _child;

    private RelayUnderTest(ChildRelay? child, TargetDescription description)
    {
        _child = child;
        Target = Target.Create(child?.Description ?? description);
        Control = (RelayControl?)child ?? (description.RestartCommand is { Count: > 0 } restart ? new RestartCommand(restart, Target.Endpoint) : null);
        Start = StartedRelay.Starter(child, description);
    }

    public Target Target { get; }

    /// <summary>Restarts it, or null where that cannot be done.</summary>
    public RelayControl? Control { get; }

    /// <summary>Starts a further relay of its kind, or null where that cannot be done.</summary>
    public Func<RelaySettings, CancellationToken, Task<StartedRelay>>? Start { get; }

    /// <param name="description">Without a URL, the reference relay is started.</param>
    /// <exception cref="Basics.CommandException">The description cannot be used, exit 2; or the reference relay does not start, exit 5.</exception>
    public static async Task<RelayUnderTest> OpenAsync(TargetDescription description, CancellationToken cancellationToken) =>
        new(description.Url is null ? await ChildRelay.LaunchAsync(cancellationToken) : null, description);

    public async ValueTask DisposeAsync()
    {
        Target.Dispose();
        if (_child is not null)
            await _child.DisposeAsync();
    }
}
