using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;
using CoralMux.ReferenceRelay.Transport;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>The paths of the relay and of its profile. A path that exists answers a wrong method with 405 (OPS-10), any other path is 404
/// (OPS-09).</summary>
internal sealed class Router(IProfile profile, StatusEndpoints status, WebSocketEndpoint webSocket, RelayOptions options, ILogger logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        // With every answer, those under /api/ among them (OPS-12).
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
                return RefuseUnless(context, ["GET"]) ?? webSocket.HandleAsync(context);
            case "/":
                return RefuseUnless(context, ["GET", "HEAD"]) ?? status.PageAsync(context);
            case "/health":
                return RefuseUnless(context, ["GET", "HEAD"]) ?? status.HealthAsync(context);
            case "/metrics" when options.MetricsAddress is null:
                return RouteMetricsAsync(context, path);
            default:
                return profile.Route(context, path) ?? NotFoundAsync(context);
        }
    }

    private Task RouteMetricsAsync(HttpContext context, string path) => path == "/metrics"
        ? RefuseUnless(context, ["GET", "HEAD"]) ?? status.MetricsAsync(context)
        : NotFoundAsync(context);

    private bool IsMetricsListener(HttpContext context) =>
        options.MetricsAddress is not null && context.Features.Get<MetricsListener>() is not null;

    private static Task NotFoundAsync(HttpContext context) =>
        Json.ErrorAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", "There is nothing at this path.");

    /// <returns>Null when the method is one of those that the path knows.</returns>
    public static Task? RefuseUnless(HttpContext context, string[] methods)
    {
        if (methods.Contains(context.Request.Method))
            return null;

        context.Response.Headers.Allow = string.Join(", ", methods);
        return Json.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "This path does not know this method.");
    }
}
