using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>The few paths there are. A path that exists answers a wrong method with 405, anything else is 404.</summary>
internal sealed class Router(PairingEndpoints pairing, StatusEndpoints status, WebSocketEndpoint webSocket, RelayOptions options, ILogger logger)
{
    private const string PairPath = "/api/v1/pair";
    private const string RegisterPath = "/api/v1/register";

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var path = context.Request.Path.Value ?? "/";
            await (IsMetricsListener(context) ? RouteMetricsAsync(context, path) : RouteAsync(context, path));
        }
        catch (Exception error) when (error is not OperationCanceledException and not IOException and not BadHttpRequestException)
        {
            Log.RequestFaulted(logger, error);
            if (!context.Response.HasStarted)
                await Json.ErrorAsync(context, StatusCodes.Status500InternalServerError, "INTERNAL", "The relay failed to answer.");
        }
    }

    private Task RouteAsync(HttpContext context, string path)
    {
        switch (path)
        {
            case "/ws":
                return Only(context, ["GET"]) ?? webSocket.HandleAsync(context);
            case "/":
                return Only(context, ["GET", "HEAD"]) ?? status.PageAsync(context);
            case "/health":
                return Only(context, ["GET", "HEAD"]) ?? status.HealthAsync(context);
            case "/metrics" when options.MetricsAddress is null:
                return RouteMetricsAsync(context, path);
            case PairPath:
                return Only(context, ["POST"]) ?? pairing.CreateAsync(context);
            case RegisterPath when pairing.CanRegister:
                return Only(context, ["POST"]) ?? pairing.RegisterAsync(context);
        }

        if (path.StartsWith(PairPath + "/", StringComparison.Ordinal) && path.IndexOf('/', PairPath.Length + 1) < 0)
        {
            var token = path[(PairPath.Length + 1)..];
            return Only(context, ["GET", "HEAD", "DELETE"])
                ?? (HttpMethods.IsDelete(context.Request.Method) ? pairing.DeleteAsync(context, token) : pairing.ShowAsync(context, token));
        }

        return NothingAsync(context);
    }

    private Task RouteMetricsAsync(HttpContext context, string path) => path == "/metrics"
        ? Only(context, ["GET", "HEAD"]) ?? status.MetricsAsync(context)
        : NothingAsync(context);

    private bool IsMetricsListener(HttpContext context) =>
        options.MetricsAddress is not null && context.Features.Get<IListenerRole>() is { IsMetrics: true };

    private static Task NothingAsync(HttpContext context) =>
        Json.ErrorAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", "There is nothing at this path.");

    /// <summary>Null when the method is among those the path knows.</summary>
    private static Task? Only(HttpContext context, string[] methods)
    {
        if (methods.Contains(context.Request.Method))
            return null;

        context.Response.Headers.Allow = string.Join(", ", methods);
        return Json.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "This path does not know this method.");
    }
}
