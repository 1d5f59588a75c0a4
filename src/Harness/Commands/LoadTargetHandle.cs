using CoralMux.Harness.Basics;
using CoralMux.Harness.Load.Profiles;
using CoralMux.Harness.Targets;

namespace CoralMux.Harness.Commands;

/// <summary>The relay of a load run: the embedded one, which ends with the run, or one that was there.</summary>
internal sealed class LoadTargetHandle(Target target, string? url, int? process, ChildRelay? child) : IAsyncDisposable
{
    /// <summary>How a quota comes within reach of a run, a clause.</summary>
    public const string SmallQuotas = "start the relay with quotas that a run can move, such as -daily-quota 104857600 -monthly-quota 104857600, and say so in its target description (--target): \"limits\": {\"dailyQuotaBytes\": 104857600, \"monthlyQuotaBytes\": 104857600}";

    public Target Target => target;

    /// <summary>Null for the embedded relay.</summary>
    public string? Url => url;

    public int? Process => process;

    /// <summary>The reference relay with the limits that the profile needs, else the specification's.</summary>
    public static async Task<LoadTargetHandle> EmbeddedAsync(LoadProfile profile, CancellationToken cancellationToken)
    {
        // The time-outs of verify are short: a stall in a load run is to be measured, not to end it.
        var settings = RelaySettings.Empty.With("authTimeoutMs", "10000").With("pingIntervalMs", "30000").With("idleTimeoutMs", "60000");
        var child = await ChildRelay.LaunchAsync(cancellationToken, settings.With(new RelaySettings(profile.Relay)));
        return new LoadTargetHandle(Target.Create(child.Description), null, child.ProcessId, child);
    }

    public static LoadTargetHandle Given(LoadProfile profile, TargetDescription description, int? process)
    {
        if (profile.Requires.Contains("process") && process is null)
            throw new CommandException(ExitCode.Usage, $"{profile.Name} looks at the relay's process; say which it is with --relay-pid, or leave the URL out.");
        if (profile.Requires.Contains("tokens") && description.Tokens.Count == 0)
            throw new CommandException(ExitCode.Usage, $"{profile.Name} needs tokens made by hand (--token): {profile.Description}");
        if (profile.Scores.Contains("monthly-quota") && description.Limits.DailyQuotaBytes < description.Limits.MonthlyQuotaBytes)
            throw new CommandException(ExitCode.Incomplete, $"{profile.Name} says nothing about this relay: a month's {description.Limits.MonthlyQuotaBytes} bytes cannot be reached in a day of {description.Limits.DailyQuotaBytes}. To test it, {SmallQuotas}.");
        return new LoadTargetHandle(Target.Create(description), description.Url, process, null);
    }

    public async ValueTask DisposeAsync()
    {
        target.Dispose();
        if (child is not null)
            await child.DisposeAsync();
    }
}
