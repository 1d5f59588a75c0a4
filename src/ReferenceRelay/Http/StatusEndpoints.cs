using System.Text;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Telemetry;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>The state of the relay: for a load balancer, for Prometheus, and for a person with a browser.</summary>
internal sealed class StatusEndpoints(RelayCore core, IProfile profile)
{
    private readonly long _started = core.Time.GetTimestamp();
    private readonly IReadOnlyList<Metric> _metrics = [.. CoreMetrics.Of(core), .. profile.Metrics];
    private readonly byte[] _page = ReadPage();

    /// <summary>OPS-01, OPS-02, OPS-03, OPS-05, OPS-11.</summary>
    public Task HealthAsync(HttpContext context)
    {
        var status = core.Connections.IsClosed ? "draining" : core.Store.Degraded ? "degraded" : "ok";
        return Json.WriteAsync(context, status == "draining" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK, json =>
        {
            json.WriteString("status", status);
            json.WriteNumber("connections", core.Connections.Open);
            json.WriteNumber("sessions", profile.SessionCount);
            json.WriteNumber("uptime_sec", (long)core.Time.GetElapsedTime(_started).TotalSeconds);
            json.WriteNumber("messages_forwarded", core.Meters.Messages);
            json.WriteNumber("bytes_forwarded", core.Meters.Bytes);
            json.WriteString("version", HelpText.Version);
        });
    }

    /// <summary>OPS-06.</summary>
    public Task MetricsAsync(HttpContext context) =>
        WriteAsync(context, "text/plain; version=0.0.4; charset=utf-8", Encoding.UTF8.GetBytes(PrometheusText.Of(_metrics)));

    public Task PageAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(context, "text/html; charset=utf-8", _page);
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body);
    }

    private static byte[] ReadPage()
    {
        using var stream = typeof(StatusEndpoints).Assembly.GetManifestResourceStream("status.html")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
