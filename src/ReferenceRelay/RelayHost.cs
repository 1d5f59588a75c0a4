using System.Net;
using CoralMux.ReferenceRelay.Basics;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Framing;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CoralMux.ReferenceRelay;

/// <summary>A relay, built from its options. The program starts one; a test may start many.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    /// <summary>HTTP only: an upgraded connection no longer counts here.</summary>
    private const int MaxHttpConnections = 4096;

    /// <summary>Short, because an idle HTTP connection takes the place of a newcomer.</summary>
    private static readonly TimeSpan HttpKeepAlive = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan CertificateCheck = TimeSpan.FromSeconds(10);

    /// <summary>Clients that are all closed at once all come back at once; this is the time between two of them.</summary>
    private static readonly TimeSpan DrainStep = TimeSpan.FromMilliseconds(1);

    private readonly RelayOptions _options;
    private readonly WebApplication _app;
    private readonly Housekeeper _housekeeper;
    private readonly ServerTls? _tls;
    private readonly ITimer _certificateWatch;
    private bool _stopped;

    private RelayHost(RelayOptions options, WebApplication app, RelayCore core, IProfile profile, ServerTls? tls)
    {
        _tls = tls;
        _options = options;
        _app = app;
        Core = core;
        Profile = profile;
        _housekeeper = new Housekeeper(core, () => profile.Sweep(all: false));
        _certificateWatch = core.Time.CreateTimer(_ => ReloadCertificate(), null, CertificateCheck, CertificateCheck);
    }

    public RelayCore Core { get; }

    public IProfile Profile { get; }

    /// <summary>Where the relay listens, with the real port.</summary>
    public Uri Address { get; private set; } = null!;

    public static async Task<RelayHost> StartAsync(RelayOptions options, TimeProvider time, Action<ILoggingBuilder> logging)
    {
        var tls = options.Tls ? new ServerTls(options.TlsCertificate!, options.TlsKey!) : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging(logging);
        var listeners = new SocketListenerFactory(tls);
        builder.Services.AddSingleton<IConnectionListenerFactory>(_ => listeners);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        var app = builder.Build();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("relay");

        var limits = new LiveLimits(options.Limits);
        TokenStore store;
        try
        {
            store = new TokenStore(options.Database, time, logger);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var core = new RelayCore(limits, store, time, logger, new RelayMeters());
        var profile = Composition.CreateProfile(core, options);
        app.Run(RouterOf(options, core, profile).HandleAsync);

        var host = new RelayHost(options, app, core, profile, tls);
        try
        {
            listeners.Listen(options.Address, "-addr");
            if (options.MetricsAddress is not null)
                listeners.Listen(options.MetricsAddress, "-metrics-addr");
            await app.StartAsync();
        }
        catch
        {
            listeners.Dispose();
            await host.DisposeAsync();
            throw;
        }

        host.Address = AddressOf(app, options);
        Log.Started(logger, HelpText.Version, host.Address.ToString(), IsAny(options.Address), options.Database);
        if (time is OffsetClock { Offset: var offset })
            Log.ClockOffset(logger, offset);
        if (options.OpenAdmin)
            Log.AdminOpen(logger);
        else if (options.AdminKey is null)
            Log.AdminClosed(logger);
        return host;
    }

    /// <summary>Delivers what was accepted (TRN-27), closes all connections with 1001 (TRN-26), and stops. What is still open after the drain
    /// time-out is cut off (TRN-31).</summary>
    public async Task StopAsync()
    {
        if (_stopped)
            return;

        _stopped = true;
        Log.Draining(Core.Logger, Core.Connections.Open, _options.DrainTimeout);
        Core.Connections.CloseDoor();
        using var deadline = new CancellationTokenSource(_options.DrainTimeout);
        await CloseAllAsync();
        while (Core.Connections.Held > 0 && !deadline.IsCancellationRequested)
            await Task.Delay(20, CancellationToken.None);

        var cut = Core.Connections.Held;
        foreach (var connection in Core.Connections.All)
            connection.Abort(CloseReason.Shutdown);

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(stop.Token);

        // First the leases still on their way, then all of them back.
        await Core.Store.FlushAsync();
        Profile.Sweep(all: true);
        Log.Stopped(Core.Logger, Core.Meters.Messages, cut);
    }

    /// <summary>Takes over new limits, for live connections too.</summary>
    public void Reload(ParsedOptions parsed)
    {
        if (parsed.Options is not { } options)
        {
            Log.ReloadRefused(Core.Logger, string.Join("; ", parsed.Errors));
            return;
        }

        Core.Limits.Current = options.Limits;
        Log.Reloaded(Core.Logger);
        if (!SameBesidesLimits(options))
            Log.ReloadPartial(Core.Logger);
        ReloadCertificate();
    }

    public async ValueTask DisposeAsync()
    {
        await _certificateWatch.DisposeAsync();
        _housekeeper.Dispose();
        await _app.DisposeAsync();
        Core.Store.Dispose();
    }

    /// <summary>One after the other, over at most half of the drain time; a step is a batch when there are many.</summary>
    private async Task CloseAllAsync()
    {
        Connection[] all = [.. Core.Connections.All];
        TimeSpan spread = TimeSpan.FromTicks(Math.Min(_options.DrainTimeout.Ticks / 2, all.Length * DrainStep.Ticks));
        var started = Core.Time.GetTimestamp();
        for (var i = 0; i < all.Length; i++)
        {
            var ahead = spread * ((double)i / all.Length) - Core.Time.GetElapsedTime(started);
            if (ahead > 10 * DrainStep)
                await Task.Delay(ahead, Core.Time);
            all[i].Close(CloseCode.GoingAway, "The relay shuts down.", CloseReason.Shutdown);
        }
    }

    private void ReloadCertificate()
    {
        try
        {
            if (_tls?.ReloadIfChanged() == true)
                Log.CertificateReloaded(Core.Logger);
        }
        catch (StartException error)
        {
            Log.CertificateRefused(Core.Logger, error.Message);
        }
    }

    private bool SameBesidesLimits(RelayOptions options) =>
        options with { Limits = _options.Limits, TrustedProxies = _options.TrustedProxies } == _options
        && options.TrustedProxies.SequenceEqual(_options.TrustedProxies);

    private static Router RouterOf(RelayOptions options, RelayCore core, IProfile profile) => new(
        profile, new StatusEndpoints(core, profile), new WebSocketEndpoint(core, profile, new ClientAddress(options)), options, core.Logger);

    private static void Configure(KestrelServerOptions kestrel, RelayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = Math.Max(MaxHttpConnections, options.Limits.MaxPendingAuth);
        kestrel.Limits.KeepAliveTimeout = HttpKeepAlive;
        kestrel.Limits.RequestHeadersTimeout = options.Limits.AuthTimeout;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Listen(options.Address, listen => listen.Protocols = HttpProtocols.Http1);
        if (options.MetricsAddress is not null)
        {
            kestrel.Listen(options.MetricsAddress, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection =>
                {
                    connection.Features.Set(new MetricsListener());
                    return next(connection);
                });
            });
        }
    }

    private static Uri AddressOf(WebApplication app, RelayOptions options)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var bound = new Uri(addresses.First());
        var uri = new UriBuilder(bound) { Scheme = options.Tls ? "https" : "http", Port = bound.Port };
        if (IsAny(options.Address))
            uri.Host = "127.0.0.1";
        return uri.Uri;
    }

    private static bool IsAny(IPEndPoint address) => address.Address.Equals(IPAddress.IPv6Any) || address.Address.Equals(IPAddress.Any);
}
