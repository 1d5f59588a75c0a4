using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Load.Words;
using CoralMux.Harness.Profiles;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Commands;

/// <summary>The relay of a load run: the embedded one, which ends with the run, or one that is already running.</summary>
internal sealed class LoadTargetHandle(Target target, string? url, int? process, ChildRelay? child) : IAsyncDisposable
{
    public Target Target => target;

    /// <summary>Null for the embedded relay.</summary>
    public string? Url => url;

    public int? Process => process;

    /// <summary>The reference relay with the limits that the profile needs, else the specification's.</summary>
    public static async Task<LoadTargetHandle> EmbeddedAsync(LoadProfile profile, CancellationToken cancellationToken)
    {
        // The time-outs of verify are short; a stall in a load run must be measured and must not end it.
        var settings = RelaySettings.Empty.With("authTimeoutMs", "10000").With("pingIntervalMs", "30000").With("idleTimeoutMs", "60000");
        var child = await ChildRelay.LaunchAsync(cancellationToken, settings.With(new RelaySettings(profile.Relay)));
        return new LoadTargetHandle(Target.Create(child.Description), null, child.ProcessId, child);
    }

    public static LoadTargetHandle Given(LoadProfile profile, TargetDescription description, int? process)
    {
        if (profile.Requires.Contains(TargetNeed.Process) && process is null)
            throw new CommandException(ExitCode.Usage, $"{profile.Name} measures the relay's process; give its id with --relay-pid, or leave the URL out.");
        if (profile.Requires.Contains(TargetNeed.Tokens) && description.Tokens.Count == 0)
            throw new CommandException(ExitCode.Usage, $"{profile.Name} needs tokens made by hand (--token): {profile.Description}");
        KnownProfiles.LoadDriverOf(description.Profile).Check(profile, description);
        return new LoadTargetHandle(Target.Create(description), description.Url, process, null);
    }

    public async ValueTask DisposeAsync()
    {
        target.Dispose();
        if (child is not null)
            await child.DisposeAsync();
    }
}
