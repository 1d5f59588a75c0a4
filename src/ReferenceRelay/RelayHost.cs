using System.Net;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Sessions;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CoralMux.ReferenceRelay;

/// <summary>A relay, put together from its options. The program starts one; a test may start many.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    /// <summary>HTTP only: an upgraded connection no longer counts here.</summary>
    private const int MaxHttpConnections = 4096;

    private readonly RelayOptions _options;
    private readonly WebApplication _app;
    private readonly TokenStore _store;
    private readonly Housekeeper _housekeeper;
    private bool _stopped;

    private RelayHost(RelayOptions options, WebApplication app, TokenStore store, RelayCore core)
    {
        _options = options;
        _app = app;
        _store = store;
        Core = core;
        _housekeeper = new Housekeeper(core);
    }

    public RelayCore Core { get; }

    /// <summary>With the real port.</summary>
    public Uri Address { get; private set; } = null!;

    public static async Task<RelayHost> StartAsync(RelayOptions options, TimeProvider time, Action<ILoggingBuilder> logging)
    {
        ServerTls? tls = options.Tls ? new ServerTls(options.TlsCertificate!, options.TlsKey!) : null;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging(logging);
        builder.Services.AddSingleton<IConnectionListenerFactory>(new SocketListenerFactory(tls));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        WebApplication app = builder.Build();
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("relay");

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

        var core = new RelayCore(limits, store, time, logger);
        var router = new Router(new PairingEndpoints(core, new AdminKey(options)), new HealthEndpoint(core), new WebSocketEndpoint(core), logger);
        app.Run(router.HandleAsync);

        var host = new RelayHost(options, app, store, core);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        host.Address = AddressOf(app, options);
        Log.Started(logger, HelpText.Version, host.Address.ToString(), IsAny(options.Address), options.Database);
        if (options.OpenAdmin)
            Log.AdminOpen(logger);
        else if (options.AdminKey is null)
            Log.AdminClosed(logger);
        return host;
    }

    /// <summary>Delivers what was accepted, closes everybody with 1001, and stops.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
            return;

        _stopped = true;
        Log.Draining(Core.Logger, Core.Connections.Open, _options.DrainTimeout);
        Core.Connections.CloseDoor();
        foreach (Connection connection in Core.Connections.All)
            connection.Close(Protocol.CloseCode.GoingAway, "The relay shuts down.", CloseReason.Shutdown);

        using var deadline = new CancellationTokenSource(_options.DrainTimeout);
        while (Core.Connections.Held > 0 && !deadline.IsCancellationRequested)
            await Task.Delay(20, CancellationToken.None);

        int cut = Core.Connections.Held;
        foreach (Connection connection in Core.Connections.All)
            connection.Abort(CloseReason.Shutdown);

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(stop.Token);
        Core.Sessions.Sweep(all: true);
        Log.Stopped(Core.Logger, cut);
    }

    public async ValueTask DisposeAsync()
    {
        _housekeeper.Dispose();
        await _app.DisposeAsync();
        _store.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, RelayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxHttpConnections;
        kestrel.Limits.RequestHeadersTimeout = options.Limits.AuthTimeout;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Listen(options.Address, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static Uri AddressOf(WebApplication app, RelayOptions options)
    {
        ICollection<string> addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var bound = new Uri(addresses.First());
        var uri = new UriBuilder(bound) { Scheme = options.Tls ? "https" : "http", Port = bound.Port };
        if (IsAny(options.Address))
            uri.Host = "127.0.0.1";
        return uri.Uri;
    }

    private static bool IsAny(IPEndPoint address) => address.Address.Equals(IPAddress.IPv6Any) || address.Address.Equals(IPAddress.Any);
}
