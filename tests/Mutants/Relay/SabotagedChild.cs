using System.Diagnostics;
using CoralMux.Harness.Targets;
using CoralMux.Mutants.Catalog;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Relay;

/// <summary>A relay that a scenario starts for itself, with settings of its own: a child process behind a saboteur.</summary>
internal sealed class SabotagedChild(Setup setup, RelaySettings settings)
    : ChildRelay(Path.Combine(AppContext.BaseDirectory, "coralmux-relay.dll"), settings)
{
    private Saboteur? _saboteur;
    private Uri? _relay;

    public static async Task<RelayProcess> LaunchAsync(Setup setup, RelaySettings settings, CancellationToken cancellationToken)
    {
        var relay = new SabotagedChild(setup, settings);
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
        base.Program(setup.Misreads?.Invoke(settings) ?? settings, description);

    protected override string Reach(string url)
    {
        // The saboteur does not speak TLS: what it would see there is nothing but bytes.
        if (url.StartsWith("wss", StringComparison.Ordinal) || (setup.Orders is null && _saboteur is null))
            return url;
        _relay = new UriBuilder(url) { Scheme = "http", Path = "/" }.Uri;
        if (_saboteur is null)
        {
            _saboteur = new Saboteur { Relay = () => _relay, AdminKey = Description.AdminKey ?? "", MaxMessageBytes = Description.Limits.MaxMessageBytes };
            setup.Orders!(_saboteur);
        }

        return $"ws://127.0.0.1:{_saboteur.Port}/ws";
    }

    public override async ValueTask DisposeAsync()
    {
        if (_saboteur is { } saboteur)
            await saboteur.DisposeAsync();
        await base.DisposeAsync();
    }
}
