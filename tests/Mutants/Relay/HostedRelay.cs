using CoralMux.Harness.Targets;
using CoralMux.ReferenceRelay;
using CoralMux.ReferenceRelay.Options;
using Microsoft.Extensions.Logging;

namespace CoralMux.Mutants.Relay;

/// <summary>A healthy relay in this process, on a free loopback port and a store of its own, that can be restarted.</summary>
internal sealed class HostedRelay(RelayOptions options, TimeProvider time) : RelayControl, IAsyncDisposable
{
    private RelayHost? _host;

    /// <summary>Null while it is down.</summary>
    public Uri? Address => _host?.Address;

    public string Database => options.Database;

    /// <summary>Runs before it starts again: what a forgetful relay loses.</summary>
    public Func<Shutdown, Task>? Stopped { get; set; }

    /// <summary>Runs before it is stopped; false leaves it running.</summary>
    public Func<Shutdown, Task<bool>>? Stopping { get; set; }

    public override async Task StartAsync(CancellationToken cancellationToken) =>
        _host ??= await RelayHost.StartAsync(options, time, logging => logging.SetMinimumLevel(LogLevel.None));

    public override async Task StopAsync(Shutdown shutdown, CancellationToken cancellationToken)
    {
        if (Stopping is not null && !await Stopping(shutdown))
            return;
        var host = _host!;
        if (shutdown == Shutdown.Orderly)
            await host.StopAsync();
        _host = null;
        await host.DisposeAsync();
        if (Stopped is not null)
            await Stopped(shutdown);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
            await host.DisposeAsync();
        _host = null;
    }
}
