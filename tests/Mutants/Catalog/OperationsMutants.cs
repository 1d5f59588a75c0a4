using System.Globalization;
using System.Text.Json.Nodes;
using CoralMux.Mutants.Sabotage;

namespace CoralMux.Mutants.Catalog;

/// <summary>Chapters 11 and 12.</summary>
internal static class OperationsMutants
{
    private static bool IsHealth(HttpCall call) => call.Path == "/health";

    private static bool IsPair(HttpCall call) => call.Method == "POST" && call.Path == "/api/v1/pair";

    public static IEnumerable<Mutant> All { get; } =
    [
        new("health-needs-the-key", "OPS-01", "/health needs the admin key.", "health-is-answered-without-a-key", "200 OK.*401")
            { Orders = s => s.OnCall(call => IsHealth(call) && call.Fields["X-Admin-Key"] is null, _ => HttpReply.Of(401, "{}")) },
        new("health-without-sessions", "OPS-01", "/health has no sessions.", "health-is-answered-without-a-key", "valid health.*/sessions: is missing")
            { Orders = s => s.OnReply(IsHealth, reply => reply.Edit(json => json.Remove("sessions"))) },
        new("counts-the-authenticated", "OPS-02", "connections counts authenticated ones only.", "health-counts-connections", "connections \\d+ and sessions")
            { Orders = s => s.OnReply(IsHealth, reply => reply.Edit(json => json["connections"] = s.Links.Count(link => link.Joined))) },
        new("sessions-are-connections", "OPS-03", "sessions is the number of authenticated connections.", "health-counts-connections",
            "connections \\d+ and sessions")
            { Orders = s => s.OnReply(IsHealth, reply => reply.Edit(json => json["sessions"] = s.Links.Count(link => link.Joined))) },
        new("never-counted-down", "OPS-04", "A connection that was reset or closed is not counted down.", "health-counts-connections",
            "connections \\d+ and sessions")
            {
                Orders = s =>
                {
                    s.Opened = _ => { s.Count("opened"); return Task.CompletedTask; };
                    s.OnReply(IsHealth, reply => reply.Edit(json => json["connections"] = s.Count("opened", 0)));
                },
            },
        new("uptime-in-milliseconds", "OPS-05", "uptime_sec is in milliseconds.", "uptime-is-in-whole-seconds", "uptime_sec grows")
            { Orders = s => s.OnReply(IsHealth,
                reply => reply.Edit(json => json["uptime_sec"] = TimeProvider.System.GetTimestamp() / (TimeProvider.System.TimestampFrequency / 1000))) },
        new("uptime-with-a-fraction", "OPS-05", "uptime_sec has a fraction.", "uptime-is-in-whole-seconds", "whole number")
            { Orders = s => s.OnReply(IsHealth, reply => reply.Edit(json => json["uptime_sec"] = (double)json["uptime_sec"]! + 0.25)) },
        new("metrics-are-json", "OPS-06", "/metrics is JSON.", "metrics-are-prometheus", "text/plain")
            { Orders = s => s.OnCall(call => call.Path == "/metrics", _ => HttpReply.Of(200, "{}")) },
        new("json-is-text", "OPS-07", "JSON bodies have the type text/plain.", "says-that-it-is-json", "application/json.*text/plain")
            { Orders = s => s.OnReply(_ => true, reply => { if (reply.Body.Length > 0) reply.Fields["Content-Type"] = "text/plain"; }) },
        new("errors-are-text", "OPS-08", "Errors over HTTP are plain text.", "an-error-over-http-is-json", "valid error")
            { Orders = s => s.OnReply(call => call.Path.StartsWith("/api/", StringComparison.Ordinal),
                reply => { if (reply.Status >= 400) { reply.Text = "unauthorized"; reply.Fields["Content-Type"] = "text/plain"; } }) },
        new("one-page-for-all", "OPS-09", "Unknown paths show the start page.", "an-unknown-path-is-not-found", "404 NotFound.*200")
            { Orders = s => s.OnReply(_ => true, reply => reply.Status = reply.Status == 404 ? 200 : reply.Status) },
        new("health-by-post", "OPS-10", "/health answers any method.", "does-not-know-is-not-allowed-post-health", "405.*200")
            { Orders = s => s.EditCall(IsHealth, call => call.Method = call.Method == "POST" ? "GET" : call.Method) },
        new("put-is-not-found", "OPS-10", "A method that a path does not know is answered 404.", "does-not-know-is-not-allowed", "405.*404")
            { Orders = s => s.OnReply(_ => true, reply => reply.Status = reply.Status == 405 ? 404 : reply.Status) },
        new("options-is-a-fault", "OPS-13", "OPTIONS is answered 501.", "options-may-be-answered", "405 MethodNotAllowed.*501")
            { Orders = s => s.OnCall(call => call.Method == "OPTIONS" && IsHealth(call), _ => HttpReply.Of(501)) },
        new("key-before-method", "OPS-14", "The admin key is looked at before the method.", "method-before-key", "405.*401")
            { Orders = s => s.OnCall(call => call.Path.StartsWith("/api/v1/pair", StringComparison.Ordinal) && call.Method is "PUT" or "POST"
                && call.Fields["X-Admin-Key"] != s.AdminKey && call.Path.StartsWith("/api/v1/pair", StringComparison.Ordinal),
                _ => HttpReply.Of(401, """{"code":"UNAUTHORIZED","message":"no"}""")) },
        new("token-before-key", "OPS-14", "Whether the token is known is looked at before the key.", "key-before-token", "401.*404")
            { Orders = s => s.OnReply(call => call.Method == "DELETE" && call.Fields["X-Admin-Key"] != s.AdminKey, reply => reply.Status = 404) },
        new("no-head", "OPS-11", "HEAD on /health is not allowed.", "head-is-answered-as-get", "200 OK.*405")
            { Orders = s => s.OnCall(call => call.Method == "HEAD", _ => HttpReply.Of(405)) },
        new("tokens-may-be-kept", "OPS-12", "Answers of the API have no Cache-Control.", "answers-of-the-api-are-not-to-be-kept",
            "Cache-Control.*no such header")
            { Orders = s => s.OnReply(_ => true, reply => reply.Fields["Cache-Control"] = null) },
        new("location-of-the-token", "SEC-01", "A new token's answer has a Location with the token in it.", "no-answer-emits-a-url",
            "in the headers of the answer.*oc_pair_")
            { Orders = s => s.OnReply(IsPair,
                reply => { if (reply.Status == 201) reply.Fields["Location"] = "/api/v1/pair/" + JsonNode.Parse(reply.Body)!["token"]; }) },
        new("token-is-a-label", "SEC-03", "Metrics are labelled with the token.", "metrics-tell-no-secret", "in the answer.*oc_pair_")
            { Orders = s => s.OnReply(call => call.Path == "/metrics", reply => reply.Text += string.Concat(s.Links.Where(link => link.Joined)
                .Select(link => string.Create(CultureInfo.InvariantCulture, $"coralmux_session_bytes{{token=\"{link.Token}\"}} {link.Number}\n")))) },
        new("key-in-the-query", "SEC-05", "The admin key is accepted as a query parameter too.", "not-in-the-query", "401 Unauthorized.*201")
            { Orders = s => s.EditCall(call => call.Path.Contains("admin_key=" + s.AdminKey, StringComparison.Ordinal),
                call => { call.Fields["X-Admin-Key"] = s.AdminKey; call.Path = call.Path.Split('?')[0]; }) },
        new("key-as-bearer", "SEC-05", "The admin key is accepted as Authorization: Bearer too.", "not-in-authorization", "401 Unauthorized.*201")
            { Orders = s => s.EditCall(call => call.Fields["Authorization"] == "Bearer " + s.AdminKey, call => call.Fields["X-Admin-Key"] = s.AdminKey) },
    ];
}
