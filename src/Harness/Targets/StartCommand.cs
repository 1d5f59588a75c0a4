using System.Diagnostics;
using System.Security.Cryptography;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Targets;

/// <summary>
/// A further relay of the kind under test, started by the target's <c>startCommand</c>: each setting is one more
/// argument, <c>key=value</c>.
/// </summary>
public sealed class StartCommand : RelayProcess
{
    private readonly IReadOnlyList<string> _command;

    private StartCommand(IReadOnlyList<string> command, TargetDescription description, RelaySettings settings)
        : base(description, settings) => _command = command;

    /// <summary>Starts one and waits until it prints its address.</summary>
    /// <exception cref="CommandException">It does not start.</exception>
    public static async Task<StartCommand> LaunchAsync(TargetDescription target, RelaySettings settings, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var own = target with { Url = null, AdminUrl = null, MetricsUrl = null, AdminKey = key, Tokens = [], Tls = new TargetTls() };
        var relay = new StartCommand(target.StartCommand!, own, RelaySettings.Empty.With(RelaySettings.AdminKey, key).With(settings));
        try
        {
            await relay.StartAsync(cancellationToken);
            return relay;
        }
        catch
        {
            await relay.DisposeAsync();
            throw;
        }
    }

    protected override ProcessStartInfo Program(RelaySettings settings, TargetDescription description) =>
        new(_command[0], [.. _command.Skip(1), .. settings.Values.Select(pair => $"{pair.Key}={pair.Value}")]);
}
