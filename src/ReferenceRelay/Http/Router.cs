using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>The few paths there are. A path that exists answers a wrong method with 405, anything else is 404.</summary>
internal sealed class Router(PairingEndpoints pairing, HealthEndpoint health, WebSocketEndpoint webSocket, ILogger logger)
{
    private const string PairPath = "/api/v1/pair";

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await RouteAsync(context, context.Request.Path.Value ?? "/");
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
            case "/health":
                return Only(context, ["GET", "HEAD"]) ?? health.HandleAsync(context);
            case PairPath:
                return Only(context, ["POST"]) ?? pairing.CreateAsync(context);
        }

        if (path.StartsWith(PairPath + "/", StringComparison.Ordinal) && path.IndexOf('/', PairPath.Length + 1) < 0)
        {
            string token = path[(PairPath.Length + 1)..];
            return Only(context, ["GET", "HEAD", "DELETE"])
                ?? (HttpMethods.IsDelete(context.Request.Method) ? pairing.DeleteAsync(context, token) : pairing.ShowAsync(context, token));
        }

        return Json.ErrorAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", "There is nothing at this path.");
    }

    /// <summary>Null when the method is among those the path knows.</summary>
    private static Task? Only(HttpContext context, string[] methods)
    {
        if (methods.Contains(context.Request.Method))
            return null;

        context.Response.Headers.Allow = string.Join(", ", methods);
        return Json.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "This path does not know this method.");
    }
}
