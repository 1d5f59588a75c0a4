using CoralMux.ReferenceRelay.Sessions;

namespace CoralMux.ReferenceRelay.Http;

internal sealed class HealthEndpoint(RelayCore core)
{
    private readonly long _started = core.Time.GetTimestamp();

    public Task HandleAsync(HttpContext context) => Json.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteString("status", core.Store.Degraded ? "degraded" : "ok");
        json.WriteNumber("connections", core.Connections.Open);
        json.WriteNumber("sessions", core.Sessions.CountOccupied());
        json.WriteNumber("uptime_sec", (long)core.Time.GetElapsedTime(_started).TotalSeconds);
    });
}
