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
    private TlsFront? _front;
    private RelaySettings _settings = settings;
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

    protected override ProcessStartInfo Program(RelaySettings settings, TargetDescription description)
    {
        // With the files that it was given, which are not known before.
        _settings = settings;
        return base.Program(setup.Misreads?.Invoke(settings) ?? settings, description);
    }

    protected override string Reach(string url)
    {
        // The saboteur does not implement TLS: it would see only encrypted bytes.
        if (url.StartsWith("wss", StringComparison.Ordinal))
            return setup.Tls is null ? url : Front(new Uri(url), setup.Tls);
        if (setup.Orders is null && _saboteur is null)
            return url;
        _relay = new UriBuilder(url) { Scheme = "http", Path = "/" }.Uri;
        if (_saboteur is null)
        {
            _saboteur = new Saboteur { Relay = () => _relay, AdminKey = Description.AdminKey ?? "", MaxMessageBytes = Description.Limits.MaxMessageBytes };
            setup.Orders!(_saboteur);
        }

        return $"ws://127.0.0.1:{_saboteur.Port}/ws";
    }

    private string Front(Uri relay, Action<TlsFront> orders)
    {
        _front ??= new TlsFront { Relay = relay, Files = (_settings[RelaySettings.TlsCertificate]!, _settings[RelaySettings.TlsKey]!) };
        orders(_front);
        return $"wss://127.0.0.1:{_front.Port}/ws";
    }

    public override async ValueTask DisposeAsync()
    {
        if (_front is { } front)
            await front.DisposeAsync();
        if (_saboteur is { } saboteur)
            await saboteur.DisposeAsync();
        await base.DisposeAsync();
    }
}
